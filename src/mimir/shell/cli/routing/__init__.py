"""The command that asks a router."""
