"""The router's wire and the route log: what is asked, what comes back, what is kept of it."""
