"""Normalise: what a provider reports as usage, made into disjoint counts."""
