"""What type checkers read of the package: every public name, from where it is defined."""

from mimir.core.buffer import EventRejected, Taken
from mimir.core.buffer_limits import BufferLimits
from mimir.core.buffer_limits import parse as parse_buffer_limits
from mimir.core.buffer_totals import BufferTotals, EventTotals, RequestTotals
from mimir.core.canonical import Digest, NotCanonical, Sealed
from mimir.core.catalog import (
    UNKNOWN,
    Catalog,
    CatalogError,
    DroppedRow,
    InvalidRow,
    RepeatedId,
    Resolver,
    ResolverFailed,
    resolve,
)
from mimir.core.descriptor import Agent, Descriptor, DescriptorError, ExpectedTokens
from mimir.core.descriptor import parse as parse_descriptor
from mimir.core.descriptor import to_json as descriptor_to_json
from mimir.core.entry import Entry
from mimir.core.errors import MimirError, describe
from mimir.core.event import Event
from mimir.core.event import to_json as event_to_json
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    Exclusion,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
    TooExpensive,
    TooSlow,
)
from mimir.core.fields import InvalidField, Json
from mimir.core.gen_ai import ToolType
from mimir.core.gen_ai import reasoning as gen_ai_reasoning
from mimir.core.gen_ai import tool_call as gen_ai_tool_call
from mimir.core.gen_ai import tool_result as gen_ai_tool_result
from mimir.core.gen_ai import usage as gen_ai_usage
from mimir.core.health.completion import Completion
from mimir.core.health.completion import parse as parse_completion
from mimir.core.health.failure import FailureClass
from mimir.core.health.hold import Hold
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    REFERENCE_HEALTH_POLICY,
    HealthPolicy,
    RecoveryPolicy,
    StreakPolicy,
    Waits,
)
from mimir.core.health.state import LaneRecord, LaneState, Outage, try_probe
from mimir.core.health.state import observe as observe_completion
from mimir.core.health.view import HealthView, Why
from mimir.core.health.view import view as health_view
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.instant import parse as parse_instant
from mimir.core.json_text import NotJson
from mimir.core.json_text import read as read_json
from mimir.core.money import Femtodollars, to_microdollars
from mimir.core.oracle.fallback import NoFallback, NotInPlan, fallback
from mimir.core.oracle.place import place
from mimir.core.oracle.prepared import Prepared, prepare
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import DEFAULT_POLICY, Policy, Unpriced, WhenUnhealthy
from mimir.core.policy import parse as parse_policy
from mimir.core.pricing.book import NO_OVERLAY, Overlay
from mimir.core.pricing.book_parse import parse as parse_overlay
from mimir.core.pricing.cost import Cell, Cost, Line, MissingRate, Multiplier
from mimir.core.pricing.cost import total as total_cost
from mimir.core.pricing.cost_json import parse as parse_cost
from mimir.core.pricing.cost_json import to_json as cost_to_json
from mimir.core.pricing.cube import InexactRate, Plane, RateCube
from mimir.core.pricing.dimensions import SearchContext, Tier
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import AmbiguousModel, UnknownModel
from mimir.core.pricing.normalise.anthropic import messages as usage_from_anthropic
from mimir.core.pricing.normalise.anthropic import served_region as anthropic_served_region
from mimir.core.pricing.normalise.anthropic import served_tier as anthropic_served_tier
from mimir.core.pricing.normalise.bedrock import converse as usage_from_bedrock
from mimir.core.pricing.normalise.cohere import chat as usage_from_cohere
from mimir.core.pricing.normalise.deepseek import chat as usage_from_deepseek
from mimir.core.pricing.normalise.gemini import served_tier as gemini_served_tier
from mimir.core.pricing.normalise.gemini import usage_metadata as usage_from_gemini
from mimir.core.pricing.normalise.mistral import chat as usage_from_mistral
from mimir.core.pricing.normalise.mistral import served_tier as mistral_served_tier
from mimir.core.pricing.normalise.mistral import transcription as usage_from_mistral_transcription
from mimir.core.pricing.normalise.openai import chat as usage_from_openai_chat
from mimir.core.pricing.normalise.openai import images as usage_from_openai_images
from mimir.core.pricing.normalise.openai import realtime as usage_from_openai_realtime
from mimir.core.pricing.normalise.openai import responses as usage_from_openai_responses
from mimir.core.pricing.normalise.openai import served_tier as openai_served_tier
from mimir.core.pricing.normalise.openai import transcription as usage_from_openai_transcription
from mimir.core.pricing.normalise.otel import attributes as usage_from_otel
from mimir.core.pricing.normalise.xai import chat as usage_from_xai_chat
from mimir.core.pricing.normalise.xai import responses as usage_from_xai_responses
from mimir.core.pricing.price import (
    NegativeUsage,
    OnMissing,
    PricingError,
    UnknownTier,
    charge,
    cost_microdollars,
    meter,
    price,
)
from mimir.core.pricing.price import select as select_plane
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote, QuoteStep, look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.rates import parse as parse_rates
from mimir.core.pricing.rates import parse_config as parse_rates_config
from mimir.core.pricing.table import PriceTable, PriceTableError, PriceTableUnusable
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.usage import Usage
from mimir.core.pricing.usage import parse as parse_usage
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.ranker import (
    CHEAPEST_FIRST,
    FASTEST_FIRST,
    CheapestFirst,
    FastestFirst,
    Ranker,
    Weighted,
)
from mimir.core.ranker import parse as parse_ranker
from mimir.core.ranker import to_json as ranker_to_json
from mimir.core.record.build import KeyInRecord, RecordError
from mimir.core.record.build import build as build_record
from mimir.core.record.parse import RecordParseError, StoredRecord, UnknownSchema
from mimir.core.record.parse import parse as parse_record
from mimir.core.record.parts import StoredCandidate
from mimir.core.record.schema import DecisionRecord
from mimir.core.record.schema import to_json as record_to_json
from mimir.core.record.seal import InputDigests, InputSeal, WorldSeal, seal_inputs, seal_world
from mimir.core.record.stored_inputs import DamagedInput
from mimir.core.record.stored_inputs import catalog as read_stored_catalog
from mimir.core.record.stored_inputs import descriptor as read_stored_descriptor
from mimir.core.record.stored_inputs import policy as read_stored_policy
from mimir.core.record.stored_inputs import ranker as read_stored_ranker
from mimir.core.record.stored_inputs import snapshot as read_stored_snapshot
from mimir.core.redaction.custom import CustomShape, InvalidRule
from mimir.core.redaction.custom import extended as extended_rules
from mimir.core.redaction.gate import Payloads, PayloadTooDeep, RedactionError, redact
from mimir.core.redaction.rules import DEFAULT_RULES, REFERENCE_RULES, Rules
from mimir.core.redaction.text import scrub, truncate
from mimir.core.review.change import (
    AllowModel,
    Budget,
    Change,
    ChangeName,
    Discount,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    StateRate,
    Tolerance,
)
from mimir.core.review.change import apply as apply_change
from mimir.core.review.effect import Effect, Flow
from mimir.core.review.effect import add as add_effects
from mimir.core.review.explain import Criterion, Explained, Explanation, Lost, explain
from mimir.core.review.margin import Margin, Shortfall, Unit
from mimir.core.review.pareto import FrontPoint
from mimir.core.review.replay import Difference, Drift, Match, replay
from mimir.core.review.simulate import Decided, NewRules, Simulation, simulate
from mimir.core.route.candidates import RoutedCandidate
from mimir.core.route.failure import HttpError, RequestFailed, RouteError
from mimir.core.route.kinds import FailureKind
from mimir.core.route.log import (
    Caller,
    Correlation,
    GrantFailed,
    LogOutcome,
    RouteLog,
    route_log,
    to_meta,
)
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import (
    Grant,
    NotPlaced,
    Placed,
    RoutedPlacement,
    RouteResponse,
)
from mimir.core.route.retry import RetryPolicy
from mimir.core.route.retry import parse as parse_retry_policy
from mimir.core.scorecard import Scorecard
from mimir.core.scorecard import parse as parse_scorecards
from mimir.core.secret import Secret
from mimir.core.snapshot import Snapshot
from mimir.core.snapshot import take as take_snapshot
from mimir.core.verdict import (
    Chosen,
    Decision,
    Excluded,
    NoCandidate,
    Placement,
    PlacementReason,
    Ranked,
    Unhealthy,
    Verdict,
)
from mimir.core.vocabulary import (
    Capability,
    DecisionId,
    EntryId,
    ExclusionClass,
    Lane,
    Model,
    ProviderModel,
    RequestId,
    Runtime,
    RuntimePreference,
    split_provider,
)

__version__: str

__all__ = [
    "CHEAPEST_FIRST",
    "DEFAULT_HEALTH_POLICY",
    "DEFAULT_POLICY",
    "DEFAULT_RULES",
    "FASTEST_FIRST",
    "NO_OVERLAY",
    "REFERENCE_HEALTH_POLICY",
    "REFERENCE_RULES",
    "UNKNOWN",
    "Agent",
    "AllowModel",
    "AmbiguousModel",
    "BelowQualityBar",
    "Budget",
    "BufferLimits",
    "BufferTotals",
    "Caller",
    "Capability",
    "Catalog",
    "CatalogError",
    "Cell",
    "Change",
    "ChangeName",
    "CheapestFirst",
    "Chosen",
    "Completion",
    "ContextTooSmall",
    "Correlation",
    "Cost",
    "Criterion",
    "CustomShape",
    "DamagedInput",
    "Decided",
    "Decision",
    "DecisionId",
    "DecisionRecord",
    "Descriptor",
    "DescriptorError",
    "Difference",
    "Digest",
    "Discount",
    "Drift",
    "DropCapabilities",
    "DroppedRow",
    "Effect",
    "Entry",
    "EntryId",
    "Event",
    "EventRejected",
    "EventTotals",
    "Excluded",
    "Exclusion",
    "ExclusionClass",
    "ExpectedTokens",
    "Explained",
    "Explanation",
    "Failure",
    "FailureClass",
    "FailureKind",
    "FastestFirst",
    "Femtodollars",
    "Flow",
    "FrontPoint",
    "Grant",
    "GrantFailed",
    "HealthPolicy",
    "HealthView",
    "Hold",
    "HttpError",
    "InexactRate",
    "InputDigests",
    "InputSeal",
    "Inputs",
    "Instant",
    "InvalidField",
    "InvalidRow",
    "InvalidRule",
    "Json",
    "KeyInRecord",
    "Lane",
    "LaneNotOk",
    "LaneOk",
    "LaneRecord",
    "LaneState",
    "Line",
    "LogOutcome",
    "Lost",
    "Margin",
    "Match",
    "MimirError",
    "MissingCapabilities",
    "MissingRate",
    "Model",
    "ModelNotAllowed",
    "ModelRates",
    "ModelUnpriced",
    "Multiplier",
    "NegativeUsage",
    "NewRules",
    "NoCandidate",
    "NoFallback",
    "NotCanonical",
    "NotInPlan",
    "NotJson",
    "NotPlaced",
    "OnMissing",
    "OtherRuntime",
    "Outage",
    "Outcome",
    "Overlay",
    "PayloadTooDeep",
    "Payloads",
    "Placed",
    "Placement",
    "PlacementReason",
    "Plane",
    "Policy",
    "PreferRuntime",
    "Prepared",
    "PriceTable",
    "PriceTableError",
    "PriceTableUnusable",
    "Prices",
    "PricingError",
    "ProviderAliases",
    "ProviderModel",
    "QualityBarUnsupported",
    "QualityUnknown",
    "Quote",
    "QuoteStep",
    "Ranked",
    "Ranker",
    "RateCube",
    "Rates",
    "RecordError",
    "RecordParseError",
    "RecoveryPolicy",
    "RedactionError",
    "Remaining",
    "RepeatedId",
    "RequestFailed",
    "RequestId",
    "RequestTotals",
    "Resolver",
    "ResolverFailed",
    "RetryPolicy",
    "RouteError",
    "RouteLog",
    "RouteRequest",
    "RouteResponse",
    "RoutedCandidate",
    "RoutedPlacement",
    "Rules",
    "Runtime",
    "RuntimePreference",
    "Scorecard",
    "Sealed",
    "SearchContext",
    "Secret",
    "Shortfall",
    "Simulation",
    "Snapshot",
    "StateRate",
    "StoredCandidate",
    "StoredRecord",
    "StreakPolicy",
    "Success",
    "Taken",
    "Tier",
    "Tolerance",
    "TooExpensive",
    "TooSlow",
    "ToolType",
    "Unhealthy",
    "Unit",
    "UnknownModel",
    "UnknownSchema",
    "UnknownTier",
    "Unpriced",
    "UnreadableTerm",
    "Usage",
    "Verdict",
    "Waits",
    "Weighted",
    "WhenUnhealthy",
    "Why",
    "WorldSeal",
    "add_effects",
    "anthropic_served_region",
    "anthropic_served_tier",
    "apply_change",
    "build_record",
    "charge",
    "cost_microdollars",
    "cost_to_json",
    "describe",
    "descriptor_to_json",
    "event_to_json",
    "explain",
    "extended_rules",
    "fallback",
    "gemini_served_tier",
    "gen_ai_reasoning",
    "gen_ai_tool_call",
    "gen_ai_tool_result",
    "gen_ai_usage",
    "health_view",
    "look_up",
    "meter",
    "mistral_served_tier",
    "observe_completion",
    "openai_served_tier",
    "parse_buffer_limits",
    "parse_completion",
    "parse_cost",
    "parse_descriptor",
    "parse_instant",
    "parse_overlay",
    "parse_policy",
    "parse_ranker",
    "parse_rates",
    "parse_rates_config",
    "parse_record",
    "parse_retry_policy",
    "parse_scorecards",
    "parse_usage",
    "place",
    "prepare",
    "price",
    "ranker_to_json",
    "read_json",
    "read_stored_catalog",
    "read_stored_descriptor",
    "read_stored_policy",
    "read_stored_ranker",
    "read_stored_snapshot",
    "record_to_json",
    "redact",
    "replay",
    "resolve",
    "route_log",
    "scrub",
    "seal_inputs",
    "seal_world",
    "select_plane",
    "simulate",
    "split_provider",
    "take_snapshot",
    "to_meta",
    "to_microdollars",
    "total_cost",
    "truncate",
    "try_probe",
    "usage_from_anthropic",
    "usage_from_bedrock",
    "usage_from_cohere",
    "usage_from_deepseek",
    "usage_from_gemini",
    "usage_from_mistral",
    "usage_from_mistral_transcription",
    "usage_from_openai_chat",
    "usage_from_openai_images",
    "usage_from_openai_realtime",
    "usage_from_openai_responses",
    "usage_from_openai_transcription",
    "usage_from_otel",
    "usage_from_xai_chat",
    "usage_from_xai_responses",
]
