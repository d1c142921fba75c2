"""The check over the full year: its table against the plan that stands, the scenario and the manifest."""

from __future__ import annotations

import numpy as np

from powergap.audit.check import RELATIVE, Rule
from powergap.audit.coded import TableAxis
from powergap.audit.expected import ExpectedOutcome
from powergap.audit.view import PlanView, Tables
from powergap.chronology import lay_out
from powergap.scenario.schema import Scenario

ASKED = Rule(
    "full_year_as_asked",
    "Optimal plans are dispatched over the full year exactly where the scenario requests it",
    "runs",
)
STANDS = Rule("full_year_plan_stands", "The last round of the full-year check has the plan's gap", "GW")
LOAD = Rule("full_year_load", "Load over the full year is energized load along all 8,760 hours", "GWh/yr")
TARGET = Rule("full_year_target", "The target over the full year is the scenario's share of load", "MWh/yr")
TOLD = Rule(
    "full_year_told",
    "The manifest reports the rounds, days, unserved energy and verdict of the full-year table",
    "facts",
)

COLUMNS = ("days_added", "gap_gw", "load_gwh", "unserved_limit_mwh", "days_short")
BOTH = ("region", "year")


def as_planned(scenario: Scenario, outcome: ExpectedOutcome) -> Scenario:
    """The scenario with the days that its full-year proof gave a period of their own."""
    proof = outcome.full_year
    if not proof or scenario.chronology.kind != "representative":
        return scenario
    chronology = scenario.chronology.model_copy(update={"added_days": proof.own_days})
    return scenario.model_copy(update={"chronology": chronology})


def check_full_year(view: PlanView, tables: Tables, asked: Scenario, outcome: ExpectedOutcome) -> None:
    """Compare the full-year table of one policy and case with all that it should repeat.

    Args:
        view: its other tables.
        tables: all tables.
        asked: the scenario as it was asked, before days were added.
        outcome: how it is said to have ended.
    """
    place, proof = view.place, outcome.full_year
    coded = tables.coded["full_year"]
    rows = coded.rows(asked.policy, asked.case)
    table = coded.table.iloc[rows]
    due = asked.reliability.full_year_check and outcome.certified
    wrong = [place.name] if (proof is not None, len(table) > 0) != (due, due) else []
    place.report.told(ASKED, wrong, 1)
    if wrong or proof is None:
        return
    rounds = range(int(table["round"].max()) + 1)
    axes = [TableAxis(("round",), rounds), *(TableAxis((name,), place.labels[name]) for name in BOTH)]
    found = tables.array(place, "full_year", axes, COLUMNS)
    last = {name: values[-1] for name, values in found.items()}
    # Not a number where no dispatch exists, which is no fault of the table.
    unserved = coded.dense(rows, axes, ["unserved_mwh"]).values["unserved_mwh"]
    place.equal(STANDS, BOTH, last["gap_gw"], view.gap["gap_gw"])
    every_hour = asked.chronology.model_copy(update={"kind": "full", "added_days": []})
    _, shapes = lay_out(asked.model_copy(update={"chronology": every_hour}))
    place.equal(LOAD, BOTH, last["load_gwh"], view.gap["energized_gw"] * shapes.load.sum(axis=(1, 2))[:, None])
    reliability = asked.reliability
    share = max(reliability.full_year_unserved_limit_fraction, reliability.unserved_energy_limit_fraction)
    place.equal(TARGET, BOTH, last["unserved_limit_mwh"], 1e3 * share * last["load_gwh"])
    new_days = set(proof.own_days) - set(asked.chronology.added_days)
    facts = {
        "rounds": (proof.rounds, len(rounds) - 1),
        "days_added": (proof.days_added, int(last["days_added"].max())),
        "own_days": (len(new_days), int(last["days_added"].max())),
        "within_target": (
            proof.within_target,
            bool((unserved[-1] <= (1 + RELATIVE) * last["unserved_limit_mwh"]).all()),
        ),
        "unserved_mwh_before": (proof.unserved_mwh_before, unserved[0].sum()),
        "unserved_mwh_after": (proof.unserved_mwh_after, unserved[-1].sum()),
    }
    numbers = {fact: np.array(pair, dtype=float) for fact, pair in facts.items()}  # null as not a number
    differ = [fact for fact, (told, seen) in numbers.items() if not np.isclose(told, seen, rtol=1e-9, equal_nan=True)]
    place.report.told(TOLD, [f"{place.name}: {fact}" for fact in differ], len(facts))
