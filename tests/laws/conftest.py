"""How the laws are run: no example has a time limit, since a slow machine breaks no law.

Where ``CI`` is set the examples are the same in every run; elsewhere each run looks for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "laws",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("laws")
