"""The random ids, made in one place.

Rules:
1. A decision id is ``rd_`` and 26 characters of lower-case base32: 16 random bytes.
2. A request id is ``req_route_`` and 16 URL-safe characters: 12 random bytes.
3. An idempotency key is ``idem_`` and 22 URL-safe characters: 16 random bytes.
"""

import base64
import secrets

from mimir.core.vocabulary import DecisionId


def decision_id() -> DecisionId:
    """Make the id of a decision.

    >>> len(decision_id())
    29
    """
    digits = base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
    return DecisionId(f"rd_{digits}")


def request_id() -> str:
    """Make the id of a routed request that came without one.

    >>> len(request_id())
    26
    """
    return f"req_route_{secrets.token_urlsafe(12)}"


def idempotency_key() -> str:
    """Make the key of one logical call to a router.

    >>> len(idempotency_key())
    27
    """
    return f"idem_{secrets.token_urlsafe(16)}"
