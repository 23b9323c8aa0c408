"""Hypothesis strategies for every public type, for the tests of programs that embed Mimir.

Rules:
1. Behind the extra ``testing``; nothing else of Mimir imports this package.
2. A strategy makes what a parser would accept, unless its name says ``raw``, ``spoiled`` or
   ``anything``.
3. Numbers crowd where decisions turn: costs about the cap, latencies about the tolerance.
4. No strategy holds a key: what has a key's shape is put together while a test runs.
"""

try:
    from mimir.testing.catalogs import catalogs, entries, raw_catalogs, raw_rows
    from mimir.testing.costs import cells, costs, lines, missing_rates, sources
    from mimir.testing.descriptors import (
        agents,
        descriptors,
        expected_tokens,
        raw_descriptors,
    )
    from mimir.testing.events import (
        completions,
        events,
        gen_ai_payloads,
        health_policies,
        recovery_policies,
    )
    from mimir.testing.oracles import (
        Situation,
        decisions,
        policies,
        rankers,
        raw_policies,
        situations,
    )
    from mimir.testing.plain import anything, json_objects, json_values, spoiled
    from mimir.testing.price_rows import price_rows
    from mimir.testing.prices import (
        Conditions,
        conditions,
        price_tables,
        prices,
        provider_aliases,
        quotes,
        rates,
        raw_rates,
        raw_usages,
        usages,
    )
    from mimir.testing.records import decision_records
    from mimir.testing.routes import (
        callers,
        correlations,
        grants,
        no_candidate_responses,
        placed_responses,
        retry_policies,
        route_errors,
        route_logs,
        route_requests,
        route_responses,
    )
    from mimir.testing.secrets import key_texts, secrets
    from mimir.testing.snapshots import (
        lane_states,
        lane_waits,
        remaining_budgets,
        scorecards,
        snapshots,
    )
    from mimir.testing.words import (
        capabilities,
        decision_ids,
        entry_ids,
        instants,
        lanes,
        models,
        names,
        request_ids,
    )
except ModuleNotFoundError as error:
    _missing = f"mimir.testing lacks {error.name}: install the extra, as in mimir-oracle[testing]"
    raise ImportError(_missing, name=error.name) from error

__all__ = [
    "Conditions",
    "Situation",
    "agents",
    "anything",
    "callers",
    "capabilities",
    "catalogs",
    "cells",
    "completions",
    "conditions",
    "correlations",
    "costs",
    "decision_ids",
    "decision_records",
    "decisions",
    "descriptors",
    "entries",
    "entry_ids",
    "events",
    "expected_tokens",
    "gen_ai_payloads",
    "grants",
    "health_policies",
    "instants",
    "json_objects",
    "json_values",
    "key_texts",
    "lane_states",
    "lane_waits",
    "lanes",
    "lines",
    "missing_rates",
    "models",
    "names",
    "no_candidate_responses",
    "placed_responses",
    "policies",
    "price_rows",
    "price_tables",
    "prices",
    "provider_aliases",
    "quotes",
    "rankers",
    "rates",
    "raw_catalogs",
    "raw_descriptors",
    "raw_policies",
    "raw_rates",
    "raw_rows",
    "raw_usages",
    "recovery_policies",
    "remaining_budgets",
    "request_ids",
    "retry_policies",
    "route_errors",
    "route_logs",
    "route_requests",
    "route_responses",
    "scorecards",
    "secrets",
    "situations",
    "snapshots",
    "sources",
    "spoiled",
    "usages",
]
