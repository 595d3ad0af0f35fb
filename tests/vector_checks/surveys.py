"""Sampling, intervals, the trend chart, disclosure and needs."""

from collections.abc import Sequence

from feedback import disclosure, needs, sampling, statistics
from feedback.statistics import run_lengths
from tests.vector_checks.registry import Vector, checks, close


@checks("draw_wave")
def check_draw_wave(v: Vector) -> None:
    salt, ids, count = v["input"]["salt"], v["input"]["ids"], v["input"]["n"]

    def waves(joining_before_wave_3: Sequence[str]) -> list[list[str]]:
        bookmark, drawn = float(v["input"]["start_pointer"]), []
        for wave in range(1, 6):
            people = [*ids, *(joining_before_wave_3 if wave >= 3 else ())]
            circle = sampling.place_on_circle(salt, people)
            draw = sampling.draw(circle, set(people), count, bookmark)
            bookmark = draw.bookmark
            drawn.append(list(draw.people))
        return drawn

    assert {name: sampling.position(salt, name) for name in v["expect"]["u"]} == close(v["expect"]["u"], v["tol"])
    assert waves(()) == v["expect"]["waves"]
    assert waves(("c13",)) == v["expect"]["waves_with_c13_joining_before_wave_3"]


@checks("krejcie_morgan")
def check_krejcie_morgan(v: Vector) -> None:
    assert [sampling.krejcie_morgan(n) for n in v["input"]["N"]] == v["expect"]


@checks("required_completes")
def check_required_completes(v: Vector) -> None:
    assert [sampling.required_completes(n, e) for n, e in v["input"]["cases"]] == v["expect"]


@checks("participation_points_gained")
def check_participation_points_gained(v: Vector) -> None:
    assert tuple(v["expect"].values()) == sampling.POINTS_GAINED_BY_REMINDER
    assert len(sampling.REMINDER_DAYS) == 2


@checks("wilson")
def check_wilson(v: Vector) -> None:
    assert statistics.wilson(v["input"]["x"], v["input"]["n"]) == close(v["expect"], v["tol"])


@checks("wilson_fpc")
def check_wilson_fpc(v: Vector) -> None:
    got = statistics.wilson_finite(v["input"]["x"], v["input"]["n"], v["input"]["N"])

    assert got == close(v["expect"], v["tol"])


@checks("newcombe_diff")
def check_newcombe_diff(v: Vector) -> None:
    assert statistics.newcombe(**v["input"]) == close(v["expect"], v["tol"])


@checks("before_after")
def check_before_after(v: Vector) -> None:
    got = statistics.before_after(tuple(v["input"]["before"]), tuple(v["input"]["after"]))

    assert got == close(v["expect"], v["tol"])
    assert (statistics.verdict(got) == "better") == (v["expect"][1] > 0)


@checks("min_detectable_points")
def check_min_detectable_points(v: Vector) -> None:
    got = [statistics.minimum_detectable_difference(n, v["input"]["p"]) for n in v["input"]["n_each"]]

    assert got == close(v["expect"], v["tol"])


@checks("any_false_alarm")
def check_any_false_alarm(v: Vector) -> None:
    got = [statistics.false_alarm_chance(v["input"]["tests"], level) for level in v["input"]["levels"]]

    assert got == close(v["expect"], v["tol"])


@checks("mean_ci")
def check_mean_ci(v: Vector) -> None:
    got = statistics.mean_interval(v["input"]["answers"], v["input"]["N"])

    as_found = {"mean": got.mean, "sd": got.sd, "ci": got.interval, "top2": got.top2}
    assert as_found == close(v["expect"], v["tol"])


@checks("t_quantile_975")
def check_t_quantile_975(v: Vector) -> None:
    assert [statistics.t_quantile_975(df) for df in v["input"]["df"]] == close(v["expect"], v["tol"])


@checks("weighted_top2")
def check_weighted_top2(v: Vector) -> None:
    answers = v["input"]["answers_and_top2"]
    strata = {name: statistics.Stratum(size, *answers[name]) for name, size in v["input"]["N"].items()}

    got = statistics.weighted_share(strata, v["input"]["k_min"])

    as_found = {
        "unweighted": got.unweighted,
        "weighted": got.weighted,
        "kish_deff": got.design_effect,
        "n_eff": got.n_eff,
        "n_eff_with_fpc": got.n_eff_finite,
        "ci": got.interval,
    }
    assert as_found == close(v["expect"], v["tol"])


@checks("response_rate")
def check_response_rate(v: Vector) -> None:
    got = statistics.response_rates(
        v["input"]["sampled"], v["input"]["not_eligible_left_company"], v["input"]["complete"], v["input"]["partial"]
    )

    assert {"rr1": got.rr1, "rr2": got.rr2} == close(v["expect"], v["tol"])


@checks("gap_score")
def check_gap_score(v: Vector) -> None:
    gap, interval = statistics.expectation_gap(v["input"]["expected"], v["input"]["perceived"])

    assert {"gap": gap, "ci": interval} == close(v["expect"], v["tol"])


@checks("ipa")
def check_ipa(v: Vector) -> None:
    got = statistics.importance_performance(v["input"]["importance"], v["input"]["performance"])

    assert {"cross": got.cross, "quadrant": got.quadrants} == close(v["expect"], v["tol"])


@checks("xmr")
def check_xmr(v: Vector) -> None:
    got = statistics.xmr(v["input"]["x"])

    as_found = {
        "mean": got.mean,
        "mr_bar": got.mean_range,
        "ucl": got.upper,
        "lcl": got.lower,
        "mr_ucl_3.267": got.range_upper,
    }
    assert as_found == close(v["expect"], v["tol"])


@checks("xmr_signals")
def check_xmr_signals(v: Vector) -> None:
    baseline = v["input"]["baseline"]

    got = statistics.xmr_signals([*baseline, *v["input"]["then"]], statistics.xmr(baseline))

    assert list(got.outside) == v["expect"]["beyond_limits_index"]
    assert list(got.runs) == v["expect"]["run_of_8_completed_at_index"]


@checks("constants")
def check_constants(v: Vector) -> None:
    got = {"d2": statistics.D2, "D4": statistics.D4, "three_over_d2": 3 / statistics.D2}

    assert got == close(v["expect"], v["tol"])


@checks("average_run_length")
def check_average_run_length(v: Vector) -> None:
    kinds = {
        "1": run_lengths.ChartRules(run_of_eight=False),
        "1+run8": run_lengths.ChartRules(),
        "1+2of3": run_lengths.ChartRules(run_of_eight=False, two_of_three=True),
        "1+4of5": run_lengths.ChartRules(run_of_eight=False, four_of_five=True),
        "all four": run_lengths.ChartRules(two_of_three=True, four_of_five=True),
    }

    got = {
        str(shift): [run_lengths.average_run_length(shift, kinds[name]) for name in v["input"]["rules"]]
        for shift in v["input"]["shift_sigma"]
    }

    assert got == close(v["expect"], v["tol"])


@checks("months_to_signal")
def check_months_to_signal(v: Vector) -> None:
    answers_a_month = v["input"]["customers"] * v["input"]["response"] / 12
    every = {"monthly": 1, "quarterly": 3, "half_yearly": 6}

    got = {
        name: [
            run_lengths.months_to_signal(drop, v["input"]["top2"], answers_a_month * months, months)
            for drop in v["input"]["drop"]
        ]
        for name, months in every.items()
    }

    assert got == close(v["expect"], v["tol"])


@checks("false_signal_probability")
def check_false_signal_probability(v: Vector) -> None:
    ahead = v["input"]["next_points"]

    def chances(run_of_eight: bool) -> list[float]:
        return [
            run_lengths.false_signal_chance(points, ahead, run_of_eight=run_of_eight)
            for points in v["input"]["baseline_points"]
        ]

    got = {"1": chances(False), "1+run8": chances(True), "known_limits_rule1": run_lengths.known_limits_chance(ahead)}
    assert got == close(v["expect"], v["tol"])


@checks("suppress")
def check_suppress(v: Vector) -> None:
    got = disclosure.suppress(v["input"]["group_sizes"], v["input"]["k"])

    assert {"total_shown": got.total, "shown": list(got.groups)} == v["expect"]


@checks("filter_allowed")
def check_filter_allowed(v: Vector) -> None:
    got = [disclosure.may_filter(v["input"]["total"], case["subset"], v["input"]["k"]) for case in v["input"]["cases"]]

    assert got == v["expect"]


@checks("needs_gap")
def check_needs_gap(v: Vector) -> None:
    given = v["input"]

    similarity = needs.similarities(given["believed"], given["stated"], given["stopwords"])
    pairs = needs.suggest_pairs(similarity, given["threshold"])
    confirmed = [(pair.believed, pair.stated) for pair in pairs]
    gap = needs.needs_gap(len(given["believed"]), len(given["stated"]), confirmed)

    as_found = {
        "similarity": similarity,
        "suggested": [[pair.believed, pair.stated, pair.similarity] for pair in pairs],
        "precision": gap.precision,
        "recall": gap.recall,
        "f1": gap.f1,
        "only_believed": gap.only_believed,
        "only_stated": gap.only_stated,
    }
    assert as_found == close(v["expect"], v["tol"])
    assert set(given["stopwords"]) == needs.STOPWORDS


@checks("bigram_dice")
def check_bigram_dice(v: Vector) -> None:
    assert needs.bigram_dice(v["input"]["a"], v["input"]["b"]) == close(v["expect"], v["tol"])
