"""Waiting times, by formula and in an office simulated with the own sort key of the queue."""

from collections.abc import Sequence
from functools import cache
from statistics import fmean

import pytest

from priorities import waiting
from tests.simulated_office import AccumulatingLine, SortedLine, head_start_key, mean_waits, serve, strict_key
from tests.vector_checks.registry import Vector, checks, close

SEED = 8


@cache
def head_start_waits(rates: Sequence[float], heads: Sequence[float], servers: int) -> list[list[float]]:
    return serve(rates, SortedLine(head_start_key(heads)), servers=servers, seed=SEED)


@checks("mmc_wait")
def check_mmc_wait(v: Vector) -> None:
    p_wait, wq = waiting.mmc_wait(v["input"]["lambda"], v["input"]["mu"], v["input"]["c"])

    assert {"p_wait": p_wait, "wq": wq} == close(v["expect"], v["tol"])


@checks("cobham")
def check_cobham(v: Vector) -> None:
    got = waiting.strict_waits(v["input"]["lambda_high_to_low"], v["input"]["mu"], v["input"]["c"])

    assert got == close(v["expect"], v["tol"])


@checks("head_start_wait")
def check_head_start_wait(v: Vector) -> None:
    rates, heads, servers = v["input"]["lambda"], v["input"]["head_start"], v["input"]["c"]

    got = waiting.head_start_waits(rates, v["input"]["mu"], servers, heads)
    simulated = [fmean(waits) for waits in head_start_waits(tuple(rates), tuple(heads), servers)]

    assert {"lower": got.lower, "upper": got.upper, "approx": got.approx} == close(v["expect"], 1e-6)
    for low, high, approx, wait in zip(got.lower, got.upper, got.approx, simulated, strict=True):
        assert low <= wait <= high
        assert approx == pytest.approx(wait, rel=v["tol"]["approx_vs_simulation"])


@checks("simulation")
def check_simulation(v: Vector) -> None:
    rates = v["input"]["lambda"]
    run = {"arrivals": v["input"]["arrivals"], "warmup": v["input"]["warmup"], "seed": SEED}

    strict = mean_waits(rates, SortedLine(strict_key), **run)
    accumulating = mean_waits(rates, AccumulatingLine((4, 2, 1)), **run)
    heads = mean_waits(rates, SortedLine(head_start_key((6, 3, 0))), **run)

    assert strict == pytest.approx(v["expect"]["strict_mean"], rel=v["tol"])
    assert accumulating == pytest.approx(v["expect"]["apq_mean"], rel=v["tol"])
    assert heads == pytest.approx(v["expect"]["head_6_3_0_mean"], rel=v["tol"])
    kleinrock = waiting.accumulating_waits(rates, v["input"]["mu"], (4, 2, 1))
    assert list(kleinrock) == pytest.approx(v["expect"]["apq_mean"], rel=0.01)


@checks("p_wait_exceeds")
def check_p_wait_exceeds(v: Vector) -> None:
    given = v["input"]
    lowest = head_start_waits(tuple(given["lambda"]), tuple(given["head_start"]), given["c"])[-1]

    bounds = [waiting.wait_beyond(given["lambda"], given["mu"], given["c"], x) for x in given["x"]]
    simulated = [fmean([wait > given["D"] + x for wait in lowest]) for x in given["x"]]

    assert bounds == close(v["expect"]["bound"], 5e-5)
    assert all(share <= bound for share, bound in zip(simulated, bounds, strict=True))
    assert simulated == close(v["expect"]["simulated_low_class"], 0.03)


@checks("mean_wait_with_strict_band")
def check_mean_wait_with_strict_band(v: Vector) -> None:
    given = v["input"]
    band, *rates = given["lambda"]
    line = SortedLine(head_start_key(given["head_start_in_band2"], strict_first=given["strict_first"]))

    executive, upper = waiting.strict_band_bounds(band, rates, given["mu"], given["head_start_in_band2"])
    simulated = mean_waits(given["lambda"], line, seed=SEED)

    assert [executive, upper] == close([v["expect"]["exec_cobham"], v["expect"]["low_upper"]], 1e-6)
    assert simulated[-1] <= upper
    assert simulated == pytest.approx(v["expect"]["simulated"], rel=0.06)


@checks("wait_gap")
def check_wait_gap(v: Vector) -> None:
    heads = v["input"]["head_start"]
    waits = [waiting.head_start_waits([load / 2, load / 2], 1, 1, heads).approx for load in v["input"]["rho"]]

    assert [low - high for high, low in waits] == close(v["expect"], v["tol"])


@checks("little")
def check_little(v: Vector) -> None:
    assert waiting.little(v["input"]["arrivals_per_day"], v["input"]["mean_days_open"]) == v["expect"]


@checks("erlang_c")
def check_erlang_c(v: Vector) -> None:
    assert [waiting.erlang_c(c, a) for c, a in v["input"]["cases_c_a"]] == close(v["expect"], v["tol"])


@checks("mgc_wait_in_service_units")
def check_mgc_wait_in_service_units(v: Vector) -> None:
    got = [waiting.staffing_wait(*case) for case in v["input"]["cases_c_rho_ca2_cs2"]]

    assert got == close(v["expect"], v["tol"])
