"""Weights, the queue of seven, comparing orders, learning and fairness."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from priorities import comparison, fairness_figures, learning, scoring, stability, weights
from tests.vector_checks.registry import VECTORS, Vector, checks, close, when


@checks("roc_weights")
def check_roc_weights(v: Vector) -> None:
    got = weights.rank_order_centroid(v["input"]["n"])

    assert got == close(v["expect"], v["tol"])
    assert sum(got) == pytest.approx(1)


@checks("random_index")
def check_random_index(v: Vector) -> None:
    assert [weights.random_index(n) for n in v["input"]["n"]] == v["expect"]


@checks("ahp")
def check_ahp(v: Vector) -> None:
    got = weights.pairwise_priorities(v["input"]["upper_triangle"])

    assert {name: getattr(got, name) for name in v["expect"]} == close(v["expect"], v["tol"])


@cache
def seven() -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(vector["input"] for vector in VECTORS if vector["id"] == "queue-7")
    return found


def seven_levels() -> dict[str, dict[str, float]]:
    names = seven()["criteria"]
    return {entry["id"]: dict(zip(names, entry["levels"], strict=True)) for entry in seven()["requests"]}


def seven_rules(own_weights: Mapping[str, float] | None = None) -> scoring.Rules:
    return scoring.Rules(
        own_weights or weights.weights_from_order(seven()["criteria"]),
        team_days=seven()["head_days_team"],
        score_days=seven()["head_days_score"],
    )


def seven_placed(rules: scoring.Rules) -> list[scoring.Placed]:
    placed = []
    for entry in seven()["requests"]:
        points = scoring.score(seven_levels()[entry["id"]], rules.weights)
        own_key = scoring.key(when(entry["created"]), timedelta(0), points, entry["exec_team"], rules)
        due = when(entry["agreed_due"]) if "agreed_due" in entry else None
        promoted = scoring.promote_at(due, timedelta(days=entry.get("lead_days", 0)), None)
        placed.append(scoring.Placed(entry["id"], entry["executive"], own_key, promoted))
    return placed


def seven_order(rules: scoring.Rules, now: datetime) -> list[str]:
    return [str(placed.id) for placed in scoring.order(seven_placed(rules), now)]


def days_behind(placed: scoring.Placed, ahead: scoring.Placed) -> float:
    return (placed.key - ahead.key) / timedelta(days=1)


@checks("rank_queue")
def check_rank_queue(v: Vector) -> None:
    rules = seven_rules()

    for placed in seven_placed(rules):
        expected = v["expect"]["per_request"][placed.id]
        points = scoring.score(seven_levels()[str(placed.id)], rules.weights)
        assert points == close(expected["score"], v["tol"]["score"])
        assert abs(placed.key - when(expected["key_utc"])) <= timedelta(seconds=v["tol"]["key_seconds"])
        assert placed.promote_at == (when(expected["promote_at"]) if expected["promote_at"] else None)
    for name, expected in v["expect"].items():
        if name.startswith("order_at_"):
            assert seven_order(rules, when(name.removeprefix("order_at_"))) == expected
    assert timedelta(days=v["input"]["D_days"]) == rules.longest_overtaking


@checks("contributions_days")
def check_contributions_days(v: Vector) -> None:
    now, rules, levels = when(v["input"]["now"]), seven_rules(), seven_levels()
    band = [str(placed.id) for placed in seven_placed(rules) if placed.band(now) != scoring.EXECUTIVE_BAND]

    got = {name: scoring.contributions_days(levels[name], [levels[other] for other in band], rules) for name in band}

    with_sums = {name: {**parts, "sum": sum(parts.values())} for name, parts in got.items()}
    assert with_sums == close(v["expect"], v["tol"])


@checks("min_change_to_pass_neighbour")
def check_min_change_to_pass_neighbour(v: Vector) -> None:
    now, rules, levels = when(v["input"]["now"]), seven_rules(), seven_levels()
    ordered = scoring.order(seven_placed(rules), now)

    got = {}
    for above, placed in pairwise(ordered):
        if above.band(now) == placed.band(now):
            gap = days_behind(placed, above)
            steps = scoring.smallest_steps_to_pass(gap, rules.weights, levels[str(placed.id)], rules.score_days)
            got[placed.id] = {"above": above.id, "gap_days": gap, "min_whole_steps": steps}

    assert got == close(v["expect"], v["tol"])


@checks("weight_interval_top_k")
def check_weight_interval_top_k(v: Vector) -> None:
    now, rules = when(v["input"]["now"]), seven_rules()
    ordered = scoring.order(seven_placed(rules), now)

    got = stability.weight_ranges(ordered, dict(seven_levels()), rules, now, top=v["input"]["k"])

    as_found = {name: {"weight": r.weight, "from": r.low, "to": r.high} for name, r in got.items()}
    assert as_found == close(v["expect"], v["tol"])


@checks("what_if")
def check_what_if(v: Vector) -> None:
    now = when("2026-03-09T12:00Z")
    equal = seven_rules(dict.fromkeys(seven()["criteria"], 1 / len(seven()["criteria"])))
    after = seven_order(equal, now)

    change = comparison.compare_orders(seven_order(seven_rules(), now), after)

    assert after == v["expect"]["order"]
    assert [change.tau_b, change.rbo] == close([v["expect"]["tau_b"], v["expect"]["rbo_ext_p0.9"]], v["tol"])
    assert change.moves == v["expect"]["position_change"]


@checks("kendall_tau_b")
def check_kendall_tau_b(v: Vector) -> None:
    assert comparison.kendall_tau_b(v["input"]["x"], v["input"]["y"]) == close(v["expect"], v["tol"])


@checks("rbo_prefix_weight")
def check_rbo_prefix_weight(v: Vector) -> None:
    got = [comparison.rbo_prefix_weight(p, depth) for p, depth in v["input"]["cases"]]

    assert got == close(v["expect"], v["tol"])


@checks("rbo_ext")
def check_rbo_ext(v: Vector) -> None:
    assert comparison.rbo_ext(v["input"]["a"], v["input"]["b"], v["input"]["p"]) == close(v["expect"], v["tol"])


@checks("fit_pairwise")
def check_fit_pairwise(v: Vector) -> None:
    given = v["input"]

    bound = learning.fit_pairwise(given["chosen_minus_passed"], given["beta0"], given["ridge"])
    free = learning.fit_pairwise(given["chosen_minus_passed"], given["beta0"], given["ridge"], non_negative=False)

    got = {"beta": bound.beta, "objective": bound.objective, "beta_unconstrained": free.beta}
    assert got == close(v["expect"], v["tol"])


@checks("chi2_quantile_99")
def check_chi2_quantile_99(v: Vector) -> None:
    assert [learning.chi2_quantile_99(df) for df in v["input"]["df"]] == close(v["expect"], v["tol"])


@checks("history_score")
def check_history_score(v: Vector) -> None:
    got = scoring.history_share(**v["input"])

    assert got == close(v["expect"], v["tol"])
    assert scoring.history_level(**v["input"]) == 4 * got


@checks("jain")
def check_jain(v: Vector) -> None:
    assert fairness_figures.jain(v["input"]["x"]) == close(v["expect"], v["tol"])


@checks("median_ratio")
def check_median_ratio(v: Vector) -> None:
    days = v["input"]["days"]
    waits = {name: fairness_figures.DepartmentWaits(len(own), median(own), late=0) for name, own in days.items()}
    overall = median([wait for own in days.values() for wait in own])

    ratios = fairness_figures.median_ratios(waits, overall, v["input"]["min_n"])

    assert {"overall_median": overall, "ratio": ratios} == close(v["expect"], v["tol"])
