"""The audit of a hedge: what holds of all futures together, and of the plan in each."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from powergap.audit.check import RELATIVE, AuditReport, Rule
from powergap.audit.expected import Expected, ExpectedOutcome
from powergap.audit.whole import audit
from powergap.planning import Plan
from powergap.planning.hedge import Hedge
from powergap.results.frames import Table
from powergap.results.full_year import full_year_entry
from powergap.results.hedge import HedgeRun, hedge_manifest, hedge_tables, paid_for_nothing
from powergap.results.manifest import Check
from powergap.results.policies import closed_table, policies_table
from powergap.results.tables import tables
from powergap.words import HEDGE, KNOWING

CERTIFIED = Rule("hedge_certificate", "No plan for all futures together costs less", "relative")
ADDS_UP = Rule("hedge_objective", "The costs in all futures, weighed, are the optimum of all together", "$M")
SAME = Rule("decided_together", "What is decided before a future is known is the same in all that it could be", "GW")
BEST = Rule("value_of_stochastic_solution", "No other way to decide costs less than the hedge", "$M")
KNOWING_PAYS = Rule("expected_value_of_perfect_information", "Knowing the future from the start never costs", "$M")
HEDGED = "hedged"
"""Status of a plan that is optimal for all futures together, and for none of them alone."""


def hedge_run(hedge: Hedge, seconds: float) -> HedgeRun:
    """Everything about a hedge, ready to be written."""
    made = hedge_tables(hedge)
    manifest = hedge_manifest(hedge, made, seconds, [*_identities(hedge, made), *audited(hedge)])
    plans = tuple(hedge.ways[HEDGE].plans.values())
    return HedgeRun(hedge.outlook.study.name, made, manifest, hedge.outlook.resolved_document(), plans)


def audited(hedge: Hedge) -> list[Check]:
    """The audit of the hedge in every future: all that holds of a plan, but not that it is the best for that future."""
    outlook, plans = hedge.outlook, list(hedge.ways[HEDGE].plans.values())
    parts = [tables(plan, outlook.study.own_keys) for plan in plans]
    joined = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    status = {(plan.scenario.policy, plan.scenario.case): HEDGED for plan in plans}
    joined["closed"] = closed_table(joined.pop("carried"), outlook.policy)
    joined["policies"] = policies_table(joined, status, outlook.policy)
    return audit(joined, outlook.study.runs, Expected(outlook.policy, [_expected(plan) for plan in plans]))


def _expected(plan: Plan) -> ExpectedOutcome:
    """Of a future's tables: they hold no charges of what is never taken, which are of the hedge alone."""
    cost = plan.solution.objective - paid_for_nothing(plan)
    return ExpectedOutcome(
        plan.scenario.policy, plan.scenario.case, HEDGED, cost, plan.is_optimal, full_year_entry(plan)
    )


def _identities(hedge: Hedge, made: Mapping[str, Table]) -> list[Check]:
    """What holds of the hedge as a whole, from the tables; the certificate is that of all futures side by side."""
    report, ways = AuditReport(), made["ways"].set_index("way")
    proof, size = hedge.certificate, max(1.0, abs(hedge.solution.objective))
    residual = max(proof.relative_primal_residual, proof.relative_dual_residual, proof.relative_gap)
    report.add(CERTIFIED, residual, RELATIVE, "", 1)
    weighed = ways["weighed_cost_musd"].astype(float)
    own = float(weighed[HEDGE])
    report.add(ADDS_UP, abs(own - hedge.solution.objective), RELATIVE * size, HEDGE, 1)
    for table, columns in (("orders", ["ordered_gw", "ordered_gwh"]), ("gap", ["energized_gw"])):
        for column in columns:
            report.add(SAME, *_largest_difference(hedge, made[table], column))
    others = weighed.drop(index=[HEDGE, KNOWING]).dropna()
    cheapest = str(others.idxmin())
    report.add(BEST, max(own - float(others[cheapest]), 0.0), RELATIVE * size, cheapest, len(others))
    report.add(KNOWING_PAYS, max(-hedge.expected_value_of_perfect_information, 0.0), RELATIVE * size, KNOWING, 1)
    return report.checks


def _largest_difference(hedge: Hedge, table: Table, column: str) -> tuple[float, float, str, int]:
    """Between futures that cannot be told apart: by how much, what may be, where, and values compared."""
    own = table[table["way"] == HEDGE]
    keys = [key for key in ("technology", "region", "year") if key in own]
    found = (0.0, 1e-5, "", 0)
    for names, years in hedge.outlook.knowledge():
        group = own[own["future"].isin(names) & own["year"].isin(years)]
        values = group.pivot(index=keys, columns="future", values=column)
        spread = values.max(axis=1) - values.min(axis=1)
        if float(spread.max()) >= found[0]:
            found = (float(spread.max()), found[1], f"{column}, {spread.idxmax()}", found[3] + values.size)
    return found
