"""Pricing: usage, rates, the price table, and exact amounts from them."""
