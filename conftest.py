"""How tests are named, and how the examples in docstrings are run.

Rules:
1. Bytes name no test: what is compressed differs with the clock, and every worker of a parallel run
   must see the same names.
2. The examples of ``mimir.testing`` look for a least value: each run looks for the same one in the
   same steps, and nothing explains what was found, which takes ten times as long as finding it.
"""

from hypothesis import Phase, settings

settings.register_profile(
    "docstrings", phases=(Phase.generate, Phase.shrink), derandomize=True, deadline=None
)
settings.load_profile("docstrings")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a parameter of bytes; others get the names that pytest gives."""
    return "bytes" if isinstance(val, bytes) else None
