"""Redaction: what must not be kept is taken out of text and of structures."""
