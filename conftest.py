"""How the examples in docstrings are run: those of ``mimir.testing`` look for a least value.

Each run looks for the same one, in the same steps. Nothing explains what was found, which took ten
times as long as finding it.
"""

from hypothesis import Phase, settings

settings.register_profile(
    "docstrings", phases=(Phase.generate, Phase.shrink), derandomize=True, deadline=None
)
settings.load_profile("docstrings")
