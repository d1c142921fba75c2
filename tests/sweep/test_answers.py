"""What draws say together, on a handful of draws worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from powergap.sweep import Sweep, answers
from powergap.sweep.record import FORMAT, SweepRecord
from powergap.text.sweep import headline, sweep_text

LEVERS = {"none": [], "a": ["a"], "b": ["b"], "both": ["a", "b"]}


def sweep_record(**given):
    """What was asked of a sweep of one input and one year."""
    return SweepRecord(**{
        "format": FORMAT, "scenario": "two", "title": "", "case": "mid", "years": [2030], "inputs": {"x": {}},
        "correlations": [], "design": "sobol", "seed": 1, "points": 1, "draws": 1, "quantiles_sha256": "",
        "scenario_sha256": {}, "ranges_sha256": "", "versions": {}, "sha256": "",
    } | given)  # fmt: skip


def made(costs, gaps=None, quantiles=None, roles=None, levers=LEVERS, **about):
    """A sweep of one input and one year; a row of costs for each policy, NaN where there is no plan."""
    count = len(next(iter(costs.values())))
    points = pd.DataFrame({"point": range(count), "role": roles or ["draw"] * count})
    points["x"] = quantiles or [(number + 0.5) / count for number in range(count)]
    rows = []
    for policy, own in costs.items():
        for point, cost in enumerate(own):
            gap = (gaps or costs)[policy][point]
            status = "infeasible" if math.isnan(cost) else "optimal"
            rows.append((point, policy, status, "why" * (status != "optimal"), cost, gap, gap / 10))
    columns = ["point", "policy", "status", "reason", "cost_musd", "gap_gw_2030", "stranded_gw_2030"]
    asked = sweep_record(**{"policies": list(costs), "levers": {name: levers.get(name, []) for name in costs}} | about)
    return Sweep(asked, points, pd.DataFrame(rows, columns=columns))


def test_regret_by_hand():
    """Costs of two policies on four draws: 3 5 2 2 and 4 4 4 2. `a` wins the 1st and 3rd, `b` the 2nd, both the 4th.

    `a` is dearer by 0 1 0 0, `b` by 1 0 2 0.
    """
    regret = answers.regret(made({"a": [3, 5, 2, 2], "b": [4, 4, 4, 2]})).set_index("policy")
    assert regret["wins_fraction"].tolist() == [0.75, 0.5]
    assert regret["mean_regret_musd"].tolist() == [0.25, 0.75]
    assert regret["max_regret_musd"].tolist() == [1, 2]
    assert regret["worst_point"].tolist() == [1, 2]


def test_regret_counts_only_draws_that_every_policy_has_a_plan_for():
    regret = answers.regret(made({"a": [3, math.nan, 2], "b": [4, 1, 4]}))
    assert regret["draws"].tolist() == [2, 2]
    assert regret["mean_regret_musd"].tolist() == [0, 1.5]


def test_a_policy_that_holds_another_whole_is_no_rival():
    """`both` has the levers of `a` and `b`; between those two each wins one draw."""
    found = made({"none": [9, 9], "a": [3, 5], "b": [4, 4], "both": [1, 1]})
    assert answers.contenders(found) == ["none", "a", "b"]
    regret = answers.regret(found).set_index("policy")
    assert regret["wins_fraction"].tolist() == [0, 0, 0, 1]
    assert regret["wins_among_contenders_fraction"].tolist()[:3] == [0, 0.5, 0.5]
    assert math.isnan(regret.loc["both", "wins_among_contenders_fraction"])


def test_an_input_that_tells_the_winner_decides_it_all():
    """Six draws in order of x: `a` wins the first two, `b` the rest, which are whole thirds of x."""
    found = answers.deciders(made({"a": [1, 1, 3, 3, 3, 3], "b": [2] * 6}))
    assert found["decides_fraction"].tolist() == [1, 1, 1]
    assert found["third"].tolist() == ["low", "middle", "high"]
    assert found["a"].tolist() == [1, 0, 0]


def test_an_input_that_tells_half():
    """Winners in thirds of two draws: aa ab bb. Doubt 1 - 2 (1/2)^2 = 1/2; left (0 + 1/2 + 0) / 3 = 1/6; tau 2/3."""
    found = answers.deciders(made({"a": [1, 1, 1, 3, 3, 3], "b": [2] * 6}))
    assert found["decides_fraction"].tolist() == pytest.approx([2 / 3] * 3)


def test_quantiles_and_probabilities_by_hand():
    """Gaps of 10, 20, 30, 40, 50 GW: the median is 30, a quarter of the way 20; two of five exceed 30."""
    gaps = {"a": [10.0, 20, 30, 40, 50]}
    row = answers.gap_quantiles(made(gaps)).iloc[0]
    assert (row["p25_gw"], row["p50_gw"], row["p75_gw"], row["mean_gw"], row["draws"]) == (20, 30, 40, 30, 5)
    above = answers.exceedance(made(gaps), [30, 50]).set_index("limit_gw")["probability"]
    assert above.to_dict() == {30: 0.4, 50: 0.0}


def test_only_draws_count_as_draws():
    found = made({"a": [5.0, 1, 9, 20]}, roles=["base", "swing", "swing", "draw"], quantiles=[math.nan, 0.1, 0.9, 0.5])
    row = answers.gap_quantiles(found).iloc[0]
    assert (row["draws"], row["base_gw"], row["p50_gw"]) == (1, 5, 20)
    swing = answers.tornado(found).iloc[0]
    assert (swing["base_gw"], swing["low_gw"], swing["high_gw"], swing["swing_gw"]) == (5, 1, 9, 8)


def test_stranded_by_hand():
    """A tenth of the gaps of 10 and 30 GW: 1 and 3, mean 2."""
    row = answers.stranded(made({"a": [10.0, 30]})).iloc[0]
    assert (row["stops_after"], row["mean_gw"], row["p50_gw"]) == (2030, 2, 2)


def test_failures_are_counted_by_reason():
    row = answers.failures(made({"a": [1, math.nan, math.nan]})).iloc[0]
    assert (row["status"], row["reason"], row["count"], row["first_point"]) == ("infeasible", "why", 2, 1)


def test_sobol_indices_of_a_sum_with_an_interaction():
    """f = 2 x + y + 12 (x - 1/2)(y - 1/2) with x, y uniform on 0 to 1, so V(x) = V(y) = 1/12.

    Main effects 4/12 and 1/12, interaction 144/144 = 1, in all 17/12: first order 4/17 and 1/17, total 16/17 and 13/17.
    """
    rng = np.random.default_rng(0)
    size = 2**14
    first, second = rng.random((size, 2)), rng.random((size, 2))
    blocks = [first, second, np.column_stack([second[:, 0], first[:, 1]]), np.column_stack([first[:, 0], second[:, 1]])]
    x, y = np.concatenate(blocks).T
    gap = 2 * x + y + 12 * (x - 0.5) * (y - 0.5)
    points = pd.DataFrame({"point": range(len(x)), "role": ["draw"] * 2 * size + ["mixed"] * 2 * size, "x": x, "y": y})
    rows = pd.DataFrame({"point": range(len(x)), "policy": "a", "status": "optimal", "gap_gw_2030": gap})
    asked = sweep_record(policies=["a"], levers={"a": []}, inputs={"x": {}, "y": {}}, design="saltelli")
    found = answers.sobol_indices(Sweep(asked, points, rows)).set_index("input")
    assert found["first"].tolist() == pytest.approx([4 / 17, 1 / 17], abs=0.03)
    assert found["total"].tolist() == pytest.approx([16 / 17, 13 / 17], abs=0.03)
    assert answers.sobol_indices(made({"a": [1.0, 2]})).empty


def test_a_gap_that_half_the_draws_close_is_told_as_none():
    """`all` leaves 0 0 0 4 8 GW, `none` 10 to 18: 5, 50 and 95% lie at 0, 0, 7.2 and 10.4, 14, 17.6."""
    told = headline(made({"none": [10, 12, 14, 16, 18], "all": [0, 0, 0, 4, 8]}, draws=5))
    assert "none leaves 10 to 18 GW (half the draws below 14)" in told
    assert "all leaves 0 to 7 GW (none in half the draws)" in told


NONE = math.nan
WHOLE = {"a": [1, 2, 3, 4, 5], "b": [2, 2, 2, 2, 2]}


@pytest.mark.parametrize(
    ("costs", "rows"),
    [
        (WHOLE, 10),
        (WHOLE, 5),
        (WHOLE, 1),
        (WHOLE, 0),
        ({"a": [NONE] * 5, "b": [NONE] * 5}, 10),
        ({"a": [NONE] * 5, "b": [2] * 5}, 10),
        ({"a": [NONE, 2, 3, 4, 5], "b": [NONE, 2, 2, 2, 2]}, 10),
        ({"a": [1, NONE, 3, 4, 5], "b": [1, 2, NONE, 2, 2]}, 10),
        ({"a": [1, 2, 3, NONE, NONE], "b": [1, 2, 2, NONE, NONE]}, 10),
    ],
    ids=["whole", "one policy", "one row", "no row", "no plan", "one never", "no base", "no swing", "no draw"],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_answer_is_there_whatever_is_missing(costs, rows):
    """A sweep that was stopped, or whose draws have no plan, still has every table and a page."""
    roles, quantiles = ["base", "swing", "swing", "draw", "draw"], [0.5, 0.1, 0.9, 0.3, 0.6]
    whole = made(costs, roles=roles, quantiles=quantiles, draws=2)
    sweep = Sweep(whole.about, whole.points, whole.rows.iloc[:rows])
    assert answers.tables(sweep).keys() >= {"gap_quantiles", "tornado", "regret", "failures"}
    assert " draw" in headline(sweep)
    assert "baseline" in sweep_text(sweep, 100)
