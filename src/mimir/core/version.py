"""The version, stated in one place: of the package, and of the engine that a record names.

Rules:
1. The build reads it here, so the line below keeps this very form.
"""

__version__ = "0.1.0"
"""The version of the package, by Semantic Versioning."""
