"""The review: what a decision rests on, and what would have changed it."""
