"""How the laws are run: no example has a time limit, since a slow machine breaks no law.

Where ``CI`` is set the examples are the same in every run; elsewhere each run looks for new ones.
``LAWS_EXAMPLES`` says how many each law is tried with; 20 if it is not set.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "laws",
    deadline=None,
    max_examples=int(os.environ.get("LAWS_EXAMPLES", "20")),
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("laws")
