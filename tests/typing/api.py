"""A consumer of every public name: it must pass every type checker, in its strictest mode."""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never, assert_type

import httpx
import httpx2
from opentelemetry.sdk.trace import SpanProcessor

from mimir import (
    CHEAPEST_FIRST,
    DEFAULT_HEALTH_POLICY,
    DEFAULT_POLICY,
    DEFAULT_RULES,
    FASTEST_FIRST,
    NO_OVERLAY,
    REFERENCE_HEALTH_POLICY,
    REFERENCE_RULES,
    UNKNOWN,
    Agent,
    AllowModel,
    AmbiguousModel,
    BelowQualityBar,
    Budget,
    BufferLimits,
    BufferTotals,
    Caller,
    Capability,
    Catalog,
    CatalogError,
    Cell,
    Change,
    ChangeName,
    CheapestFirst,
    Chosen,
    Completion,
    ContextTooSmall,
    Correlation,
    Cost,
    Criterion,
    CustomShape,
    DamagedInput,
    Decided,
    Decision,
    DecisionId,
    DecisionRecord,
    Descriptor,
    DescriptorError,
    Difference,
    Digest,
    Discount,
    Drift,
    DropCapabilities,
    DroppedRow,
    Effect,
    Entry,
    EntryId,
    Event,
    EventRejected,
    EventTotals,
    Excluded,
    Exclusion,
    ExclusionClass,
    ExpectedTokens,
    Explained,
    Explanation,
    Failure,
    FailureClass,
    FailureKind,
    FastestFirst,
    Femtodollars,
    Flow,
    FrontPoint,
    Grant,
    GrantFailed,
    HealthPolicy,
    HealthView,
    Hold,
    HttpError,
    InexactRate,
    InputDigests,
    Inputs,
    InputSeal,
    Instant,
    InvalidField,
    InvalidRow,
    InvalidRule,
    Json,
    KeyInRecord,
    Lane,
    LaneNotOk,
    LaneOk,
    LaneRecord,
    LaneState,
    Line,
    LogOutcome,
    Lost,
    Margin,
    Match,
    MimirError,
    MissingCapabilities,
    MissingRate,
    Model,
    ModelNotAllowed,
    ModelRates,
    ModelUnpriced,
    Multiplier,
    NegativeUsage,
    NewRules,
    NoCandidate,
    NoFallback,
    NotCanonical,
    NotInPlan,
    NotJson,
    NotPlaced,
    OnMissing,
    OtherRuntime,
    Outage,
    Outcome,
    Overlay,
    Payloads,
    PayloadTooDeep,
    Placed,
    Placement,
    PlacementReason,
    Plane,
    Policy,
    PreferRuntime,
    Prepared,
    Prices,
    PriceTable,
    PriceTableError,
    PriceTableUnusable,
    PricingError,
    ProviderAliases,
    ProviderModel,
    QualityBarUnsupported,
    QualityUnknown,
    Quote,
    QuoteStep,
    Ranked,
    Ranker,
    RateCube,
    Rates,
    RecordError,
    RecordParseError,
    RecoveryPolicy,
    RedactionError,
    Remaining,
    RepeatedId,
    RequestFailed,
    RequestId,
    RequestTotals,
    Resolver,
    ResolverFailed,
    RetryPolicy,
    RoutedCandidate,
    RoutedPlacement,
    RouteError,
    RouteLog,
    RouteRequest,
    RouteResponse,
    Rules,
    Runtime,
    RuntimePreference,
    Scorecard,
    Sealed,
    SearchContext,
    Secret,
    Shortfall,
    Simulation,
    Snapshot,
    StateRate,
    StoredCandidate,
    StoredRecord,
    StreakPolicy,
    Success,
    Taken,
    Tier,
    Tolerance,
    TooExpensive,
    ToolType,
    TooSlow,
    Unhealthy,
    Unit,
    UnknownModel,
    UnknownSchema,
    UnknownTier,
    Unpriced,
    UnreadableTerm,
    Usage,
    Verdict,
    Waits,
    Weighted,
    WhenUnhealthy,
    Why,
    WorldSeal,
    add_effects,
    anthropic_served_region,
    anthropic_served_tier,
    apply_change,
    build_record,
    charge,
    cost_microdollars,
    cost_to_json,
    describe,
    descriptor_to_json,
    event_to_json,
    explain,
    extended_rules,
    fallback,
    gemini_served_tier,
    gen_ai_reasoning,
    gen_ai_tool_call,
    gen_ai_tool_result,
    gen_ai_usage,
    health_view,
    look_up,
    meter,
    mistral_served_tier,
    observe_completion,
    openai_served_tier,
    parse_buffer_limits,
    parse_completion,
    parse_cost,
    parse_descriptor,
    parse_instant,
    parse_overlay,
    parse_policy,
    parse_ranker,
    parse_rates,
    parse_rates_config,
    parse_record,
    parse_retry_policy,
    parse_scorecards,
    parse_usage,
    place,
    prepare,
    price,
    ranker_to_json,
    read_json,
    read_stored_catalog,
    read_stored_descriptor,
    read_stored_policy,
    read_stored_ranker,
    read_stored_snapshot,
    record_to_json,
    redact,
    replay,
    resolve,
    route_log,
    scrub,
    seal_inputs,
    seal_world,
    select_plane,
    simulate,
    split_provider,
    take_snapshot,
    to_meta,
    to_microdollars,
    total_cost,
    truncate,
    try_probe,
    usage_from_anthropic,
    usage_from_bedrock,
    usage_from_cohere,
    usage_from_deepseek,
    usage_from_gemini,
    usage_from_mistral,
    usage_from_mistral_transcription,
    usage_from_openai_chat,
    usage_from_openai_images,
    usage_from_openai_realtime,
    usage_from_openai_responses,
    usage_from_openai_transcription,
    usage_from_otel,
    usage_from_xai_chat,
    usage_from_xai_responses,
)
from mimir.shell.adapters.litellm import CompletionLogger, LiteLLMCall
from mimir.shell.adapters.otel import CompletionSpanProcessor
from mimir.shell.events import EventBuffer
from mimir.shell.health import LaneHealth
from mimir.shell.router import AsyncRouterClient, RouterClient, Timeouts
from mimir.shell.schemas import SchemaError, record_schema


def read_descriptor(raw: object) -> Descriptor | str:
    parsed = parse_descriptor(raw, quality_bars=True)
    assert_type(parsed, Outcome[Descriptor, DescriptorError])
    match parsed:
        case Success(descriptor):
            assert_type(descriptor, Descriptor)
            return descriptor
        case Failure(error):
            return explain_descriptor(error)
        case _:
            assert_never(parsed)


def explain_descriptor(error: DescriptorError) -> str:
    match error:
        case InvalidField():
            return f"{error.subject} {error.field}"
        case QualityBarUnsupported():
            return error.message
        case _:
            assert_never(error)


def write_descriptor() -> dict[str, Json]:
    needed: tuple[Capability, ...] = ("tools", "vision", "long_context")
    preference: RuntimePreference = "any"
    descriptor = Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=500,
        latency_tolerance_ms=2_000,
        capabilities=needed,
        runtime_preference=preference,
        expected_tokens=ExpectedTokens(100, 20),
        agent=Agent("sha256:1", name="helper", version=None),
        max_outcome_iterations=3,
        quality_bar=9_500,
    )
    return descriptor_to_json(descriptor)


def my_resolver(model: Model) -> object:
    half: ProviderModel = split_provider(model)
    return UNKNOWN if half.provider is None else half.model_id


def read_catalog(rows: object) -> Catalog | str:
    resolver: Resolver = my_resolver
    outcome = resolve(rows, resolver)
    match outcome:
        case Success(catalog):
            dropped: tuple[DroppedRow, ...] = catalog.dropped
            return catalog if not dropped else dropped[0].model
        case Failure(error):
            return explain_catalog(error)
        case _:
            assert_never(outcome)


def explain_catalog(error: CatalogError) -> str:
    match error:
        case InvalidField() | InvalidRow() | RepeatedId() | ResolverFailed():
            return f"{error.code}: {error.message}"
        case _:
            assert_never(error)


def make_entry(runtime: Runtime) -> Entry:
    return Entry(
        id=EntryId("a"),
        model=Model("openai:gpt-4o"),
        lane=Lane("openai"),
        runtime=runtime,
        capabilities=frozenset[Capability](("tools",)),
        p50_latency_ms=700,
        priority=None,
        context_window=128_000,
        spec=object(),
    )


def make_policy(raw: object, unpriced: Unpriced) -> Policy:
    outcome = parse_policy(raw)
    match outcome:
        case Success(policy):
            return policy
        case Failure(error):
            assert_type(error, InvalidField)
            return Policy(unpriced=unpriced) if error.field else DEFAULT_POLICY
        case _:
            assert_never(outcome)


def due_in(answer: Decision, ruled: WhenUnhealthy) -> int | None:
    said = answer.unhealthy
    assert_type(said, Unhealthy | None)
    return said.wait_ms if said is not None and said.rule == ruled else None


def make_prices(raw: object, table: PriceTable) -> Prices | str:
    config = parse_rates_config(raw, extra="ignore")
    if isinstance(config, Failure):
        return config.failure().message
    aliases = ProviderAliases({"vertex": ("vertex_ai*",)})
    return Prices(config.unwrap(), table, aliases)


def explain_table(error: PriceTableError) -> str:
    match error:
        case InvalidField():
            return error.field
        case PriceTableUnusable():
            return error.reason
        case _:
            assert_never(error)


def pay(raw: object, prices: Prices) -> int | str:
    usage = parse_usage(raw, extra="refuse")
    if isinstance(usage, Failure):
        return usage.failure().message
    metered, problem = meter("openai:gpt-4o", usage.unwrap(), prices)
    assert_type(problem, PricingError | None)
    charged: int = cost_microdollars("openai:gpt-4o", Usage(input_tokens=5), prices)
    outcome = price("openai:gpt-4o", usage.unwrap(), prices)
    match outcome:
        case Success(cost):
            return charged + metered + exact(cost)
        case Failure(error):
            return explain_pricing(error)
        case _:
            assert_never(outcome)


def exact(cost: Cost) -> int:
    amount: Femtodollars = cost.femtodollars
    return to_microdollars(amount) - cost.microdollars


def explain_pricing(error: PricingError) -> str:
    match error:
        case UnknownModel():
            return ", ".join(error.near)
        case AmbiguousModel():
            return ", ".join(error.candidates)
        case UnknownTier():
            return error.tier
        case MissingRate():
            return f"{error.dimension} {error.tier} {error.above}"
        case UnreadableTerm():
            return error.value
        case NegativeUsage():
            return error.field
        case InexactRate():
            return error.rate
        case _:
            assert_never(error)


def itemised(model: str, usage: Usage, prices: Prices, context: SearchContext) -> Json:
    least: OnMissing = "partial"
    when, overlay = Instant("2026-01-31T12:00:00Z"), prices.overlay
    assert_type(overlay, Overlay)
    assert overlay == NO_OVERLAY
    cost = price(
        model,
        usage + usage,
        prices,
        tier="batch",
        at=when,
        region="eu",
        search_context=context,
        on_missing=least,
    )
    if isinstance(cost, Failure):
        return explain_pricing(cost.failure())
    bill = total_cost([Cost.zero, cost.unwrap() + Cost.zero])
    for line in bill.lines:
        cell: Cell = line.cell
        tier: Tier = cell.tier
        multipliers: tuple[Multiplier, ...] = line.multipliers
        assert_type(line, Line)
        amount: Femtodollars = line.amount
        parts: list[object] = [tier, multipliers, amount, line.dimension, line.rate, line.rule]
        assert parts
        assert_type(line.field, str)
    assert_type(parse_cost(cost_to_json(bill)), Outcome[Cost, InvalidField])
    return cost_to_json(bill)


def selected(model: str, usage: Usage, prices: Prices) -> Cost | None:
    rates = prices.find(model)
    if not isinstance(rates, ModelRates):
        return None
    cube: RateCube = rates.current
    plane = select_plane(rates, usage.input_tokens, tier="flex")
    if isinstance(plane, UnknownTier) or cube.cell("input_tokens", "flex") is None:
        return None
    assert_type(plane, Plane)
    charged = charge(plane, usage)
    assert_type(charged, Outcome[Cost, MissingRate | NegativeUsage | InexactRate])
    return charged.value_or(None)


def normalised(raw: object) -> Iterator[Outcome[Usage, InvalidField]]:
    yield usage_from_openai_chat(raw)
    yield usage_from_openai_responses(raw)
    yield usage_from_openai_realtime(raw)
    yield usage_from_openai_images(raw)
    yield usage_from_openai_transcription(raw)
    yield usage_from_anthropic(raw)
    yield usage_from_gemini(raw)
    yield usage_from_bedrock(raw)
    yield usage_from_mistral(raw)
    yield usage_from_mistral_transcription(raw)
    yield usage_from_deepseek(raw)
    yield usage_from_xai_chat(raw)
    yield usage_from_xai_responses(raw)
    yield usage_from_cohere(raw)
    yield usage_from_otel(raw, extra="ignore")


def served(raw: object) -> tuple[str | None, ...]:
    tiers = (openai_served_tier(raw), mistral_served_tier(raw), gemini_served_tier(raw))
    return (*tiers, anthropic_served_tier(raw), anthropic_served_region(raw))


def overlaid(raw: object, table: PriceTable) -> Overlay | InvalidField:
    parsed = parse_overlay(raw, table.source)
    return parsed.failure() if isinstance(parsed, Failure) else parsed.unwrap()


def steps_of(quote: Quote) -> tuple[QuoteStep, ...]:
    return quote.above


def rates_of(raw: object, prices: Prices) -> Rates | None:
    outcome = look_up("openai:gpt-4o", prices)
    match outcome:
        case Success(quote):
            assert_type(quote, Quote)
            return quote.rates
        case Failure():
            return parse_rates(raw).value_or(None)
        case _:
            assert_never(outcome)


def world(catalog: Catalog, prices: Prices, lanes: Mapping[Lane, LaneState]) -> Snapshot | str:
    outcome = parse_instant("2026-01-31T12:00:00Z", "taken_at")
    match outcome:
        case Success(taken_at):
            instant: Instant = taken_at
            return take_snapshot(catalog, prices, lanes, None, instant, scorecards=scored([]))
        case Failure(error):
            return error.message
        case _:
            assert_never(outcome)


def posted(body: bytes) -> Descriptor | str:
    document = read_json(body)
    assert_type(document, Outcome[object, NotJson])
    match document:
        case Success(raw):
            return parse_descriptor(raw).value_or("refused")
        case Failure(error):
            return error.problem
        case _:
            assert_never(document)


def put(descriptor: Descriptor, catalog: Catalog, policy: Policy, snapshot: Snapshot) -> list[str]:
    decision = place(descriptor, catalog, policy, snapshot)
    assert_type(decision, Outcome[Placement, NoCandidate])
    match decision:
        case Success(placement):
            reasons: tuple[PlacementReason, ...] = placement.reasons
            return [*reasons, *(say_verdict(verdict) for verdict in placement.verdicts)]
        case Failure(none):
            classes: tuple[ExclusionClass, ...] = none.reasons
            return [*classes, *(say_verdict(verdict) for verdict in none.verdicts)]
        case _:
            assert_never(decision)


def put_often(inputs: Inputs, left: list[int | None]) -> list[EntryId]:
    oracle = prepare(inputs.catalog, inputs.policy, inputs.snapshot, inputs.ranker)
    assert_type(oracle, Prepared)
    answers = [oracle.place(inputs.descriptor), *(put_one(oracle, inputs, n) for n in left)]
    return [answer.unwrap().chosen.id for answer in answers if isinstance(answer, Success)]


def put_one(
    oracle: Prepared, inputs: Inputs, remaining: int | None
) -> Outcome[Placement, NoCandidate]:
    return oracle.place(inputs.descriptor, remaining=remaining)


def rerank(inputs: Inputs, raw: object) -> str | int:
    default = CHEAPEST_FIRST if inputs.ranker == FASTEST_FIRST else FASTEST_FIRST
    outcome = parse_ranker(raw)
    ranker: Ranker = outcome.unwrap() if isinstance(outcome, Success) else default
    assert_type(inputs.ranker, CheapestFirst | FastestFirst | Weighted)
    placed = place(inputs.descriptor, inputs.catalog, inputs.policy, inputs.snapshot, ranker)
    decision: Decision = placed.unwrap() if isinstance(placed, Success) else placed.failure()
    if isinstance(decision, Placement):
        return ", ".join(entry.id for entry in (decision.chosen, *decision.plan))
    match ranker:
        case Weighted():
            return ranker.cost
        case CheapestFirst() | FastestFirst():
            return str(ranker_to_json(ranker)["name"])
        case _:
            assert_never(ranker)


def away_from(placement: Placement, failed: Entry) -> Placement | str:
    outcome = fallback(placement, failed)
    assert_type(outcome, Outcome[Placement, NoFallback])
    match outcome:
        case Success(following):
            return following
        case Failure(error):
            return nowhere(error)
        case _:
            assert_never(outcome)


def nowhere(answer: NoFallback) -> str:
    match answer:
        case NotInPlan():
            return f"{answer.code}: {answer.message}"
        case NoCandidate():
            return ", ".join(answer.reasons)
        case _:
            assert_never(answer)


def explained(inputs: Inputs) -> list[str]:
    explanation = explain(inputs)
    assert_type(explanation, Explanation)
    said = [say_point(point) for point in explanation.front]
    for one in explanation.entries:
        assert_type(one, Explained)
        said += [say_shortfall(short) for short in one.shortfalls]
        said += [say_change(change) for change in one.changes]
        said += [say_lost(one.lost)] if one.lost is not None else []
        again: list[Inputs] = [apply_change(change, inputs) for change in one.changes]
        assert len(again) == len(one.changes)
    return said


def say_point(point: FrontPoint) -> str:
    cost: Femtodollars | None = point.cost
    return f"{point.entry.id} {cost} {point.latency_ms} {point.score}"


def say_lost(lost: Lost) -> str:
    by: Criterion = lost.by
    match by:
        case "cost" | "latency" | "priority" | "weighted_sum":
            return f"{by} {lost.amount} {lost.to}"
        case "catalog_order" | "lane":
            return by
        case _:
            assert_never(by)


def say_shortfall(short: Shortfall) -> str:
    margin: Margin | None = short.margin
    if margin is None:
        return say_exclusion(short.reason)
    unit: Unit = margin.unit
    match unit:
        case "capabilities" | "tokens" | "basis_points" | "milliseconds" | "microdollars":
            return f"{margin.amount} {unit}"
        case _:
            assert_never(unit)


def say_change(change: Change) -> str:
    name: ChangeName = change.name
    match change:
        case Budget(amount) | Remaining(amount) | Tolerance(amount):
            return f"{name} {amount}"
        case DropCapabilities(words):
            return ", ".join(words)
        case PreferRuntime(preference):
            return preference
        case AllowModel(model):
            return model
        case LaneOk(lane):
            return lane
        case Discount(model, millionths):
            return f"{model} {millionths}"
        case StateRate(model, picodollars):
            return f"{model} {picodollars}"
        case _:
            assert_never(change)


def scored(raw: object) -> tuple[Scorecard, ...]:
    outcome = parse_scorecards(raw)
    assert_type(outcome, Outcome[tuple[Scorecard, ...], InvalidField])
    return outcome.unwrap() if isinstance(outcome, Success) else ()


def say_verdict(verdict: Verdict) -> str:
    match verdict:
        case Chosen() | Ranked():
            return verdict.word + ("!" if verdict.unpriced else "")
        case Excluded(reason):
            return say_exclusion(reason)
        case _:
            assert_never(verdict)


def say_exclusion(reason: Exclusion) -> str:
    match reason:
        case MissingCapabilities(missing):
            return ", ".join(missing)
        case ModelNotAllowed() | ModelUnpriced() | QualityUnknown():
            return str(reason.detail)
        case ContextTooSmall(expected, window):
            return f"{expected} > {window}"
        case BelowQualityBar(bar, lower_bound):
            return f"{lower_bound} < {bar}"
        case OtherRuntime(preferred):
            return preferred
        case LaneNotOk(state):
            return state
        case TooSlow(p50_latency_ms):
            return f"{p50_latency_ms} ms"
        case TooExpensive():
            return f"{reason.projected} above {reason.cap}"
        case _:
            assert_never(reason)


def record(
    descriptor: Descriptor, snapshot: Snapshot, decision: Outcome[Placement, NoCandidate]
) -> dict[str, Json] | str:
    built: Outcome[DecisionRecord, RecordError] = build_record(
        decision_id=DecisionId("rd_" + "a" * 26),
        decided_at=Instant("2026-01-31T12:00:01Z"),
        descriptor=descriptor,
        snapshot=snapshot,
        decision=decision,
        grant_id="g1",
    )
    match built:
        case Success(made):
            return record_to_json(made)
        case Failure(error):
            assert_type(error, InvalidField | KeyInRecord)
            return error.message
        case _:
            assert_never(built)


def keep_decision(decision: Placement, raw: object) -> str | tuple[Sealed, ...]:
    world = seal_world(decision.catalog, decision.inputs.policy, decision.inputs.snapshot)
    shared: WorldSeal | None = world.unwrap() if isinstance(world, Success) else None
    sealed = seal_inputs(decision.inputs, shared)
    assert_type(sealed, Outcome[InputSeal, NotCanonical])
    if isinstance(sealed, Failure):
        return sealed.failure().message
    digests: InputDigests = sealed.unwrap().digests
    digest: Digest = digests.catalog
    read = parse_record(raw)
    if isinstance(read, Failure):
        wrong: RecordParseError = read.failure()
        return f"{digest} {wrong.code}"
    stored: StoredRecord = read.unwrap()
    candidates: tuple[StoredCandidate, ...] = stored.candidates
    return say_replay(stored, decision.inputs) if candidates else sealed.unwrap().contents


def say_replay(stored: StoredRecord, inputs: Inputs) -> str:
    match replay(stored, inputs):
        case Success(match):
            assert_type(match, Match)
            return match.decision_id
        case Failure(drift):
            first: Difference = drift.differences[0]
            assert_type(drift, Drift)
            return first.path


def say_simulation(decided: Iterable[Decided], policy: Policy, prices: Prices) -> str:
    simulation = simulate(decided, NewRules(policy=policy, prices=prices))
    assert_type(simulation, Simulation)
    total: Effect = simulation.total
    assert_type(total.delta, Femtodollars)
    assert_type(add_effects([total, *simulation.task_classes.values()]), Effect)
    moves: tuple[tuple[Flow, int], ...] = total.moves
    moved = [f"{flow.before} to {flow.after}: {count}" for flow, count in moves]
    return ", ".join([*moved, *simulation.unpriced])


def reread(stored: Sealed) -> str:
    readers = (read_stored_catalog, read_stored_descriptor, read_stored_policy)
    worlds = (read_stored_snapshot, read_stored_ranker)
    for outcome in (reader(stored) for reader in (*readers, *worlds)):
        if isinstance(outcome, Failure):
            error: DamagedInput = outcome.failure()
            return error.message
    return UnknownSchema("3").message


def publish(number: int) -> dict[str, Json] | str:
    found = record_schema(number)
    assert_type(found, Outcome[dict[str, Json], SchemaError])
    match found:
        case Success(schema):
            return schema
        case Failure(error):
            return f"{error.code}: {error.message}"
        case _:
            assert_never(found)


def log(ended: LogOutcome, decision_record: object) -> dict[str, Json] | str:
    outcome = GrantFailed(scrub(ended.reason)) if isinstance(ended, GrantFailed) else ended
    made = route_log("req_1", Caller("k1"), Correlation(step_id="s1"), outcome, decision_record)
    if isinstance(made, Failure):
        return made.failure().message
    kept: RouteLog = made.unwrap()
    return to_meta(kept, 42)


def ask(client: RouterClient, descriptor: Descriptor) -> str:
    asked = RouteRequest(descriptor=descriptor, step_id="s1")
    outcome = client.route(asked)
    match outcome:
        case Success(answer):
            return say_answer(answer)
        case Failure(error):
            return say_failure(error)
        case _:
            assert_never(outcome)


def reach(retry: object, lent: httpx.Client, forked: httpx2.Client) -> list[RouterClient] | str:
    policy = parse_retry_policy(retry)
    if isinstance(policy, Failure):
        return policy.failure().line
    rules: RetryPolicy = policy.unwrap()
    own = RouterClient.connect("https://r.example", "t", retry=rules, trust_env=True)
    assert_type(own, Outcome[RouterClient, RequestFailed])
    through = RouterClient.connect("https://r.example", Secret("t"), client=lent)
    fork = RouterClient.connect("https://r.example", "t", client=forked, timeouts=Timeouts(total=1))
    made = [one.unwrap() for one in (own, through, fork) if isinstance(one, Success)]
    assert_type(made, list[RouterClient])
    return made


async def ask_async(
    lent: httpx.AsyncClient, forked: httpx2.AsyncClient, asked: RouteRequest
) -> str:
    through = AsyncRouterClient.connect("https://r.example", "t", client=lent)
    fork = AsyncRouterClient.connect("https://r.example", "t", client=forked)
    for made in (through, fork):
        if isinstance(made, Failure):
            return made.failure().code
        async with made.unwrap() as client:
            outcome = await client.route(asked, idempotency_key="k")
            assert_type(outcome, Outcome[RouteResponse, RouteError])
            if isinstance(outcome, Failure):
                again: bool = outcome.failure().safe_to_retry
                return f"{outcome.failure().code} {again}"
    return "placed"


def say_answer(answer: RouteResponse) -> str:
    match answer:
        case Placed(placement=placement, grant=grant):
            assert_type(placement, RoutedPlacement)
            return placement.lane if grant is None else key_of(grant).reveal()
        case NotPlaced():
            candidates: tuple[RoutedCandidate, ...] = answer.candidates
            return ", ".join(candidate.verdict for candidate in candidates)
        case _:
            assert_never(answer)


def key_of(grant: Grant) -> Secret:
    return grant.key


def say_failure(error: RouteError) -> str:
    match error:
        case HttpError(status=status, kind=kind):
            return f"{status} {kind}"
        case RequestFailed(kind):
            why: FailureKind = kind
            return why
        case _:
            assert_never(error)


def keep(request: object, response: object, *, reference: bool) -> Payloads | str:
    rules: Rules = REFERENCE_RULES if reference else DEFAULT_RULES
    outcome = redact(request, response, capture=True, rules=rules)
    match outcome:
        case Success(payloads):
            return payloads
        case Failure(error):
            problem: RedactionError = error
            assert_type(error, PayloadTooDeep)
            return truncate(describe(problem), 40)
        case _:
            assert_never(outcome)


def know_more(name: str) -> str:
    outcome = extended_rules(shapes=[CustomShape(name, "acme_", "[0-9]{8}")], key_names=["badge"])
    match outcome:
        case Success(rules):
            return scrub("acme_12345678", rules)
        case Failure(error):
            assert_type(error, InvalidRule)
            return describe(error)
        case _:
            assert_never(outcome)


def watch(raw: object, policy: HealthPolicy) -> LaneState:
    health = LaneHealth(policy)
    health.set_threshold(policy.threshold)
    outcome = parse_completion(raw, at=5)
    match outcome:
        case Success(completion):
            health.observe(completion)
            return health.state(completion.lane)
        case Failure():
            observed = Completion(lane=Lane("openai"), outcome="error", at=5, retry_after=9)
            health.observe(observed)
            return health.state(observed.lane)
        case _:
            assert_never(outcome)


def tune(*, patient: bool) -> HealthPolicy:
    if not patient:
        assert_type(REFERENCE_HEALTH_POLICY, StreakPolicy)
        return REFERENCE_HEALTH_POLICY
    assert_type(DEFAULT_HEALTH_POLICY, RecoveryPolicy)
    return RecoveryPolicy(threshold=5, waits={"lane": Waits(10, 20)})


def recover(record: LaneRecord | None, completion: Completion, now: int) -> HealthView:
    leased = try_probe(record, now)
    known = LaneRecord() if leased is None else observe_completion(leased, completion, now)
    outage: Outage | None = known.outage
    return health_view({} if outage is None else {completion.lane: known}, now)


def on_call(health: LaneHealth, lane: Lane) -> tuple[FailureClass | None, Hold | None]:
    told = health.why(lane)
    assert_type(told, Why)
    assert_type(health.view(), HealthView)
    assert_type(health.hold(lane, "repair"), Outcome[None, InvalidField])
    if health.try_probe(lane) or health.release(lane):
        health.record_failure(lane, "429", retry_after=20)
    return told.failure_class, told.hold


def bounds(raw: object) -> BufferLimits:
    outcome = parse_buffer_limits(raw)
    match outcome:
        case Success(limits):
            return limits
        case Failure(invalid):
            assert_type(invalid, InvalidField)
            return BufferLimits()
        case _:
            assert_never(outcome)


def count(buffer: EventBuffer) -> int:
    totals: BufferTotals = buffer.totals()
    events: EventTotals = totals.events
    requests: RequestTotals = totals.requests
    return events.lost + requests.evicted + totals.bytes


def attributes(used: Usage, tool_type: ToolType) -> Iterator[dict[str, Json]]:
    yield gen_ai_usage(used)
    yield gen_ai_tool_call("search", "call_1", tool_type=tool_type, arguments={"q": "mimir"})
    yield gen_ai_tool_result("search", "call_1", result={"hits": 3})
    yield gen_ai_reasoning(80, "First, ...")


def adapt(health: LaneHealth) -> tuple[CompletionLogger, SpanProcessor]:
    def lane(call: LiteLLMCall) -> str | None:
        return call.provider

    logger = CompletionLogger(health.observe, lane_of_call=lane)
    assert_type(logger.ignored, int)
    return logger, CompletionSpanProcessor(health.observe)


def follow(request_id: RequestId) -> Taken:
    buffer = EventBuffer(BufferLimits(events_per_request=8))
    with buffer.request(request_id) as entered:
        assert_type(entered, Success[RequestId | None] | Failure[EventRejected])
    outcome = buffer.append(request_id, "usage", {"gen_ai.usage.input_tokens": 7})
    match outcome:
        case Success(number):
            assert_type(number, int | None)
        case Failure(rejected):
            assert_type(rejected, EventRejected)
        case _:
            assert_never(outcome)
    taken = buffer.take(request_id)
    events: tuple[Event, ...] = taken.events
    shown: list[dict[str, Json]] = [event_to_json(event) for event in events]
    assert len(shown) == len(events)
    return Taken(events, taken.dropped)


def say_error(error: MimirError) -> str:
    return describe(error)
