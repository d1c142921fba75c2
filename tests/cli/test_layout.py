"""Tables fit the width they are given and never lose a number or a word."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from powergap.text.layout import Column, paragraph, table, width_of
from powergap.text.numbers import fixed
from powergap.text.summary import Summary, answer, summary_table
from tests.manifests import manifest

POLICIES, CASES, YEARS = ["grid-only", "gas-and-storage", "all-of-the-above"], ["low", "mid", "high"], range(2026, 2031)
SIZE = {"low": 2 / 3, "mid": 1.0, "high": 4 / 3}
LIMITS = "connection additions firm grid; delivery slots gas medium; gas supply"


class FakeRun:
    """Three policies under three cases with round numbers: 15 GW a year, less 40% a policy."""

    def __init__(self, years=YEARS):
        self.document = {"technologies": {"lm6000": {"group": "gas medium"}, "sgt": {"group": "gas medium"}}}
        self.manifest = manifest()
        self.status = {(policy, case): "optimal" for policy in POLICIES for case in CASES}
        pairs = [(i, policy, case) for i, policy in enumerate(POLICIES) for case in CASES]
        gap = [
            {"policy": p, "case": c, "region": r, "year": y, "gap_gw": (y - 2025) * 7.5 * SIZE[c] * (1 - 0.4 * i)}
            for i, p, c in pairs for r in ("east", "west") for y in years
        ]  # fmt: skip
        policies = [
            {"policy": p, "case": c, "status": "optimal", "closed_gw": 30.0 * i, "supply_cost_usd": 1234.5e9,
             "cost_usd_per_kw_year_closed": 1234.5 if i else np.nan, "co2_mt_last_year": 1.0, "binding_limits": LIMITS}
            for i, p, c in pairs
        ]  # fmt: skip
        parts = {"lm6000": 12.3, "sgt": 7.0, "firm_grid": -2.0, "battery": 0.04, "a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}
        closed = [
            {"policy": p, "case": c, "region": "east", "year": y, "source": s, "closed_gw": i * gw}
            for i, p, c in pairs for s, gw in parts.items() for y in years
        ]  # fmt: skip
        self.tables = {"gap": pd.DataFrame(gap), "policies": pd.DataFrame(policies), "closed": pd.DataFrame(closed)}

    def gap_by_year(self):
        return self.tables["gap"].groupby(["policy", "case", "year"], sort=False)["gap_gw"].sum().unstack("year")


def test_answer_names_reference_and_best_with_the_range_over_cases():
    run = FakeRun()
    assert answer(Summary(run)) == (
        "Gap at the end of 2030: 75 GW under grid-only (50-100), 45 GW under gas-and-storage (30-60), "
        "15 GW under all-of-the-above (10-20)."
    )
    run.status = {(f"p{i}", "mid"): "optimal" for i in range(5)}
    run.tables["gap"] = pd.DataFrame(
        [{"policy": f"p{i}", "case": "mid", "year": 2030, "gap_gw": 9.0 - i} for i in range(5)]
    )
    run.manifest = manifest(reference_policy="p0")
    assert answer(Summary(run)) == "Gap at the end of 2030: 9 GW under p0, 5 GW under p4."


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200, None])
@pytest.mark.parametrize("years", [range(2026, 2031), range(2026, 2041)])
def test_summary_fits_and_keeps_every_number(width, years):
    summary = Summary(FakeRun(years))
    text = summary_table(summary, width)
    if width is not None:
        assert max(map(width_of, text.splitlines())) <= width
    words = re.sub(r"\s+", " ", text)
    for policy in POLICIES:
        for year in years:
            assert fixed(summary.gap_of(policy, "mid", year)) in words
    for told in ("1,234.5", "1,234", "60.0", "gas medium", "-2.0"):
        assert told in words
    assert words.count("delivery") == len(POLICIES)


def test_wide_summary_has_units_and_one_line_a_policy():
    lines = summary_table(Summary(FakeRun()), 240).splitlines()
    assert "year-end gap, GW (mid)" in lines[0]
    assert "2030, GW" in lines[0]
    assert "$B discounted" in lines[1]
    assert lines[3].split()[:9] == ["grid-only", "15.0", "30.0", "45.0", "60.0", "75.0", "50-75-100", "0.0", "1,234.5"]
    assert len(lines) == 3 + len(POLICIES)
    assert "gas medium 19.3, a 4.0, b 3.0, firm grid -2.0, c 2.0, others 1.0" in lines[4]


def test_a_run_that_is_not_optimal_is_marked():
    run = FakeRun()
    run.status["gas-and-storage", "high"] = "time limit"
    text = summary_table(Summary(run), None)
    assert "gas-and-storage !" in text
    assert "high: time limit" in text


def test_rule_is_plain_where_the_terminal_is():
    column = Column("a", ["1"])
    assert table([column], None, ascii_only=True) == "a\n-\n1\n"
    assert "\u2500" in table([column], None)


def test_what_is_moved_below_keeps_number_and_unit_together():
    columns = [
        Column("name", ["alpha"], right=False),
        Column("cost", ["12,345.6"], rank=1, below="supply cost ${} billion"),
        Column("gap", ["-"], rank=1, below="gap {} GW"),
        Column("note", ["one two three"], right=False, rank=2, below="because {}", wraps=8),
    ]
    assert table(columns, 24, ascii_only=True) == (
        "name   cost      gap\n"  # ranks that fit stand beside
        "-----  --------  ---\n"
        "alpha  12,345.6    -\n"
        "    because one two\n"
        "    three\n"
    ).replace("name   cost      gap", "name       cost  gap")
    assert table(columns, 12, ascii_only=True).splitlines()[2:] == [
        "alpha", "    supply cost $12,345.6 billion", "    because", "    one two", "    three"
    ]  # fmt: skip


def test_wide_letters_count_twice():
    assert width_of("電力a") == 5
    assert table([Column("a", ["電力"]), Column("b", ["1"])], None, ascii_only=True).splitlines()[1] == "----  -"


def test_paragraph_breaks_no_word():
    assert paragraph("a-long-name " * 3, 20).splitlines() == ["a-long-name"] * 3
