"""The command that runs recorded decisions under other rules."""
