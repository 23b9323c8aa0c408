"""Commands about one decision: place it, explain it, derive it again."""
