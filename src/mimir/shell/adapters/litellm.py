"""Completions from LiteLLM's callbacks. LiteLLM itself is not imported here.

Rules:
1. One call is one completion: a stream when it has ended, an attempt of a Router each time.
2. What no lane answered is no completion: an answer from LiteLLM's cache, and a call whose lane is
   ``None``.
3. A deployment knows best on which lane it runs, since a Router may leave the one that was meant.
   Next comes what the call was made with, and last the provider.
4. The model is ``provider:model``.
5. Of an exception its class may say more than its status; a limit that LiteLLM itself set is the
   caller's, and an account that is spent is no mere throttle.
6. A Retry-After is read of the provider's answer.
7. A callback never raises: what cannot be read is counted in ``ignored``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from mimir.core.fields import is_integer, is_object, is_text, members
from mimir.core.health.completion import OK
from mimir.core.health.failure import CLASS_OF
from mimir.core.health.policy import SECOND
from mimir.core.limits import NAME_MAX_CHARS
from mimir.shell.adapters._exceptions import word_of
from mimir.shell.adapters._feed import (
    Feed,
    Sink,
    Told,
    attribute,
    is_mapping,
    retry_after,
    send,
    started_at,
)


@frozen
class LiteLLMCall:
    """What is known of one call.

    ``model`` is as ``provider`` names it, ``metadata`` is what the call was made with, and
    ``deployment`` the ``model_info`` of the Router's deployment, empty without a Router.
    """

    provider: str | None
    model: str | None
    metadata: Mapping[str, object]
    deployment: Mapping[str, object]


LaneOfCall: TypeAlias = Callable[[LiteLLMCall], str | None]
"""Which lane a call ran on; ``None`` is none that health knows."""


def lane_of_call(call: LiteLLMCall) -> str | None:
    """Return the ``lane`` that the deployment states, or the call's metadata, or the provider.

    >>> lane_of_call(LiteLLMCall("azure", "gpt-4o", {}, {"lane": "azure-eu"}))
    'azure-eu'
    >>> lane_of_call(LiteLLMCall("azure", "gpt-4o", {}, {}))
    'azure'
    """
    stated = (call.deployment.get("lane"), call.metadata.get("lane"))
    return next((lane for lane in stated if is_text(lane)), call.provider)


class CompletionLogger:
    """What LiteLLM calls when a call has ended: the four events of its ``CustomLogger``.

    LiteLLM takes objects of that class alone, so a program makes one of both:
    ``class HealthLogger(CompletionLogger, CustomLogger)``, and appends it to
    ``litellm.callbacks``.

    >>> seen = []
    >>> logger = CompletionLogger(seen.append)
    >>> logger.log_success_event({"model": "gpt-4o", "custom_llm_provider": "openai"}, None, 0, 0)
    >>> seen[0].lane, seen[0].model, seen[0].outcome
    ('openai', 'openai:gpt-4o', 'ok')
    """

    def __init__(self, sink: Sink = send, *, lane_of_call: LaneOfCall = lane_of_call) -> None:
        """Hand completions to ``sink``, which is the completion signal unless it is set."""
        super().__init__()
        self._feed = Feed(sink)
        self._lane_of_call = lane_of_call

    @property
    def ignored(self) -> int:
        """How many events were unreadable, or were not taken by the sink."""
        return self._feed.ignored

    def log_success_event(
        self, kwargs: object, response_obj: object, start_time: object, end_time: object
    ) -> None:
        """Take a success of a synchronous call."""
        del response_obj, end_time
        self._feed.tell(lambda: self._told(kwargs, start_time, {"outcome": OK}))

    def log_failure_event(
        self, kwargs: object, response_obj: object, start_time: object, end_time: object
    ) -> None:
        """Take a failure of a synchronous call."""
        del response_obj, end_time
        self._feed.tell(lambda: self._told(kwargs, start_time, _failure(kwargs)))

    async def async_log_success_event(
        self, kwargs: object, response_obj: object, start_time: object, end_time: object
    ) -> None:
        """Take a success of an asynchronous call."""
        self.log_success_event(kwargs, response_obj, start_time, end_time)

    async def async_log_failure_event(
        self, kwargs: object, response_obj: object, start_time: object, end_time: object
    ) -> None:
        """Take a failure of an asynchronous call."""
        self.log_failure_event(kwargs, response_obj, start_time, end_time)

    def _told(self, kwargs: object, start_time: object, outcome: Told) -> Told | None:
        details = _object(kwargs)
        if details.get("cache_hit") is True:
            return None
        call = _call(details)
        lane = self._lane_of_call(call)
        if lane is None:
            return None
        start = _start(start_time)
        return outcome | {"lane": lane, "model": _model(call), "started_at": start}


def _object(value: object) -> dict[str, object]:
    return members(value) if is_object(value) else {}


def _call(details: dict[str, object]) -> LiteLLMCall:
    parameters = _object(details.get("litellm_params"))
    metadata = {
        **_object(parameters.get("litellm_metadata")),
        **_object(parameters.get("metadata")),
    }
    provider, model = details.get("custom_llm_provider"), details.get("model")
    return LiteLLMCall(
        provider=provider if is_text(provider) and provider else None,
        model=model if is_text(model) and model else None,
        metadata=metadata,
        deployment=_object(metadata.get("model_info")),
    )


def _model(call: LiteLLMCall) -> str | None:
    if call.provider is None or call.model is None:
        return call.model
    return f"{call.provider}:{call.model.removeprefix(f'{call.provider}/')}"


def _start(start_time: object) -> int | None:
    if not isinstance(start_time, datetime):
        return None
    return started_at(round(start_time.timestamp() * SECOND))


def _failure(kwargs: object) -> Told:
    error = _object(kwargs).get("exception")
    return {
        "outcome": "error",
        "failure_class": _failure_class(error),
        "retry_after": retry_after(_header(error, "retry-after")),
    }


def _failure_class(error: object) -> str | None:
    category, status = attribute(error, "category"), attribute(error, "status_code")
    if is_text(category) and category.startswith("litellm_"):
        return "request"
    if is_integer(status) and status == 429 and (spent := _quota_word(error)) is not None:
        return spent
    names = [kind.__name__ for kind in type(error).__mro__]
    return word_of(names, status) or names[0][:NAME_MAX_CHARS]


def _quota_word(error: object) -> str | None:
    body = _object(attribute(error, "body"))
    words = (body.get("code"), body.get("type"))
    return next((word for word in words if is_text(word) and CLASS_OF.get(word) == "quota"), None)


def _header(error: object, name: str) -> object:
    answer = attribute(attribute(error, "response"), "headers")
    for headers in (answer, attribute(error, "litellm_response_headers")):
        if is_mapping(headers) and (value := headers.get(name)) is not None:
            return value
    return None
