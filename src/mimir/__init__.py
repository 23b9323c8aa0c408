"""Mimir: an embeddable routing oracle, pricing source and decision vocabulary for LLM workloads.

Every public name of the core stands here, once. What touches the world stands in ``mimir.shell``:
``health``, ``adapters``, ``events``, ``router``, ``prices``, ``decide``, ``store``, ``schemas`` and
``smoke``.

Rules:
1. Importing this package loads no module of it: a name is loaded from its home when it is first
   asked for, so that a program pays for the parts that it uses.
2. ``_HOMES`` is what runs, ``__init__.pyi`` is what type checkers read; a test holds them together.
"""

from importlib import import_module

_HOMES = {
    "buffer": "EventRejected Taken",
    "buffer_limits": "BufferLimits parse:parse_buffer_limits",
    "buffer_totals": "BufferTotals EventTotals RequestTotals",
    "canonical": "Digest NotCanonical Sealed",
    "catalog": (
        "UNKNOWN Catalog CatalogError DroppedRow InvalidRow RepeatedId Resolver "
        "ResolverFailed resolve"
    ),
    "descriptor": (
        "Agent Descriptor DescriptorError ExpectedTokens "
        "parse:parse_descriptor to_json:descriptor_to_json"
    ),
    "entry": "Entry",
    "errors": "MimirError describe",
    "event": "Event to_json:event_to_json",
    "exclusion": (
        "BelowQualityBar ContextTooSmall Exclusion LaneNotOk MissingCapabilities ModelNotAllowed "
        "ModelUnpriced OtherRuntime QualityUnknown TooExpensive TooSlow"
    ),
    "fields": "InvalidField Json",
    "gen_ai": (
        "ToolType reasoning:gen_ai_reasoning tool_call:gen_ai_tool_call "
        "tool_result:gen_ai_tool_result usage:gen_ai_usage"
    ),
    "health.completion": "Completion parse:parse_completion",
    "health.failure": "FailureClass",
    "health.hold": "Hold",
    "health.policy": (
        "DEFAULT_HEALTH_POLICY HealthPolicy REFERENCE_HEALTH_POLICY RecoveryPolicy StreakPolicy "
        "Waits"
    ),
    "health.state": ("LaneRecord LaneState Outage observe:observe_completion try_probe"),
    "health.view": "HealthView Why view:health_view",
    "inputs": "Inputs",
    "instant": "Instant parse:parse_instant",
    "json_text": "NotJson read:read_json",
    "money": "Femtodollars to_microdollars",
    "oracle.fallback": "NoFallback NotInPlan fallback",
    "oracle.place": "place",
    "oracle.prepared": "Prepared prepare",
    "outcome": "Failure Outcome Success",
    "policy": "DEFAULT_POLICY Policy Unpriced WhenUnhealthy parse:parse_policy",
    "pricing.book": "NO_OVERLAY Overlay",
    "pricing.book_parse": "parse:parse_overlay",
    "pricing.cost": "Cell Cost Line MissingRate Multiplier total:total_cost",
    "pricing.cost_json": "parse:parse_cost to_json:cost_to_json",
    "pricing.cube": "InexactRate Plane RateCube",
    "pricing.dimensions": "SearchContext Tier",
    "pricing.find": "Prices",
    "pricing.layers": "ModelRates",
    "pricing.near": "AmbiguousModel UnknownModel",
    "pricing.normalise.anthropic": (
        "messages:usage_from_anthropic served_tier:anthropic_served_tier "
        "served_region:anthropic_served_region"
    ),
    "pricing.normalise.bedrock": "converse:usage_from_bedrock",
    "pricing.normalise.cohere": "chat:usage_from_cohere",
    "pricing.normalise.deepseek": "chat:usage_from_deepseek",
    "pricing.normalise.gemini": ("usage_metadata:usage_from_gemini served_tier:gemini_served_tier"),
    "pricing.normalise.mistral": (
        "chat:usage_from_mistral transcription:usage_from_mistral_transcription "
        "served_tier:mistral_served_tier"
    ),
    "pricing.normalise.openai": (
        "chat:usage_from_openai_chat responses:usage_from_openai_responses "
        "realtime:usage_from_openai_realtime images:usage_from_openai_images "
        "transcription:usage_from_openai_transcription served_tier:openai_served_tier"
    ),
    "pricing.normalise.otel": "attributes:usage_from_otel",
    "pricing.normalise.xai": "chat:usage_from_xai_chat responses:usage_from_xai_responses",
    "pricing.price": (
        "NegativeUsage OnMissing PricingError UnknownTier charge cost_microdollars meter price "
        "select:select_plane"
    ),
    "pricing.quote": "Quote QuoteStep look_up",
    "pricing.terms": "UnreadableTerm",
    "pricing.providers": "ProviderAliases",
    "pricing.rates": "Rates parse:parse_rates parse_config:parse_rates_config",
    "pricing.table": "PriceTable PriceTableError PriceTableUnusable",
    "pricing.usage": "Usage parse:parse_usage",
    "quality_bar": "QualityBarUnsupported",
    "ranker": (
        "CHEAPEST_FIRST FASTEST_FIRST CheapestFirst FastestFirst Ranker Weighted "
        "parse:parse_ranker to_json:ranker_to_json"
    ),
    "record.build": "KeyInRecord RecordError build:build_record",
    "record.parse": "RecordParseError StoredRecord UnknownSchema parse:parse_record",
    "record.parts": "StoredCandidate",
    "record.schema": "DecisionRecord to_json:record_to_json",
    "record.seal": "InputDigests InputSeal WorldSeal seal_inputs seal_world",
    "record.stored_inputs": (
        "DamagedInput catalog:read_stored_catalog descriptor:read_stored_descriptor "
        "policy:read_stored_policy ranker:read_stored_ranker snapshot:read_stored_snapshot"
    ),
    "redaction.custom": "CustomShape InvalidRule extended:extended_rules",
    "redaction.gate": "Payloads PayloadTooDeep RedactionError redact",
    "redaction.rules": "DEFAULT_RULES REFERENCE_RULES Rules",
    "redaction.text": "scrub truncate",
    "review.change": (
        "AllowModel Budget Change ChangeName Discount DropCapabilities LaneOk PreferRuntime "
        "Remaining StateRate Tolerance apply:apply_change"
    ),
    "review.effect": "Effect Flow add:add_effects",
    "review.explain": "Criterion Explained Explanation Lost explain",
    "review.margin": "Margin Shortfall Unit",
    "review.pareto": "FrontPoint",
    "review.replay": "Difference Drift Match replay",
    "review.simulate": "Decided NewRules Simulation simulate",
    "route.candidates": "RoutedCandidate",
    "route.failure": "HttpError RequestFailed RouteError",
    "route.kinds": "FailureKind",
    "route.log": "Caller Correlation GrantFailed LogOutcome RouteLog route_log to_meta",
    "route.request": "RouteRequest",
    "route.response": "Grant NotPlaced Placed RoutedPlacement RouteResponse",
    "route.retry": "RetryPolicy parse:parse_retry_policy",
    "scorecard": "Scorecard parse:parse_scorecards",
    "secret": "Secret",
    "snapshot": "Snapshot take:take_snapshot",
    "verdict": (
        "Chosen Decision Excluded NoCandidate Placement PlacementReason Ranked Unhealthy Verdict"
    ),
    "vocabulary": (
        "Capability DecisionId EntryId ExclusionClass Lane Model ProviderModel RequestId "
        "Runtime RuntimePreference split_provider"
    ),
}
"""Public names by module of ``mimir.core``; ``a:b`` is ``a``, published as ``b``."""

_PUBLIC = {
    name.rpartition(":")[2]: (f"mimir.core.{home}", name.partition(":")[0])
    for home, names in _HOMES.items()
    for name in names.split()
}

globals().update(__all__=sorted(_PUBLIC))

_PUBLIC["__version__"] = "mimir.core.version", "__version__"


def __getattr__(name: str) -> object:
    """Load a public name from its home, once."""
    if name not in _PUBLIC:
        message = f"module 'mimir' has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _PUBLIC[name]
    value: object = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what a person may ask for."""
    return sorted(_PUBLIC)
