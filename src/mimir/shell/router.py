"""The router clients: they move bytes to a router and back, and decide nothing.

Rules:
1. What is asked, what an answer means and what is repeated is told by ``mimir.core.route``; here
   are only the bytes. Both clients do the same in the same order; one of them awaits.
2. No environment unless it is asked for, no redirects, no cookies, no compressed bodies, no more
   than 1 MiB. Nothing is repeated without a policy.
3. Every phase has a timeout, and a call a deadline, its attempts and waits all told.
4. Nothing is raised but what ends a program or a task; every other exception becomes a
   ``RequestFailed`` by its type, and is dropped, since it may hold the token.
5. The token is a ``Secret`` until it is written into the one request that carries it.
"""

from mimir.shell._router_async import AsyncRouterClient
from mimir.shell._router_call import Timeouts
from mimir.shell._router_sync import RouterClient

__all__ = ["AsyncRouterClient", "RouterClient", "Timeouts"]
