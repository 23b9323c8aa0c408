"""What can be said of a decision afterwards."""
