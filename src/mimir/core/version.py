"""The version, stated in one place: of the package, and of the engine that a record names."""

from typing import Final

__version__: Final = "0.1.0"
