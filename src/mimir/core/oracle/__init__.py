"""The oracle: filters, then rank, then place."""
