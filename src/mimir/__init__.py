"""Mimir: an embeddable routing oracle, pricing source and decision vocabulary."""

__version__ = "0.1.0"
