"""Which costs are costs of supply is said once, by the feature that adds the cost; everything else reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import powergap
from powergap import words
from powergap.audit.terms import TERMS
from powergap.report.tables import SEEN_GW, cost_table
from powergap.report.view import ReportView
from tests.conftest import SCENARIOS
from tests.docs.pages import script

PRODUCT = Path(powergap.__file__).parent
UNSERVED_IS_CHEAP = ("value_of.unserved_energy_usd_per_mwh=5", "reliability.unserved_energy_limit_fraction=0.02")
KINDS_OF_TECHNOLOGY = {"connection", "flexible_load"}
"""Words that are terms and kinds of technology at once; a list of them is one of kinds."""
SMALL = ("chronology={kind: annual}", "foresight.kind=perfect", "reliability.full_year_check=false")


def small_variant(path):
    """A bundled scenario on two blocks a year, one policy in one case, in which leaving energy unserved pays."""
    names = powergap.load(path)
    policy = list(names.policies)[-1]
    study = powergap.load(path, sets=(*SMALL, *UNSERVED_IS_CHEAP), policies=[policy], cases=[names.default_case])
    return powergap.solve(study)


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_report_and_the_policies_table_have_the_same_cost_of_supply(path):
    run = small_variant(path)
    shown = cost_table(ReportView(run))
    row = run["policies"].iloc[0]
    thin = SEEN_GW * (1 + len(run["cost"].groupby(["technology", "term"])))  # families too thin to be shown
    assert shown["busd"].sum() == pytest.approx(row["supply_cost_usd"] / 1e9, rel=1e-9, abs=thin)
    kinds = run["cost"].groupby("kind")["discounted_cost_usd"].sum()
    for kind in ("supply", "gap", "unserved"):
        assert row[f"{kind}_cost_usd"] == pytest.approx(kinds.get(kind, 0.0))
    assert sum(kinds) == pytest.approx(run.manifest.runs[0].objective_musd * 1e6, rel=1e-6)


def test_unserved_energy_is_no_cost_of_supply():
    """Energy is left unserved at a price, which is in no family of the report."""
    run = small_variant(SCENARIOS / "us-2030.yaml")
    row = run["policies"].iloc[0]
    assert row["unserved_cost_usd"] > 1e7
    assert cost_table(ReportView(run))["busd"].sum() * 1e9 < row["supply_cost_usd"] + row["unserved_cost_usd"] / 2


def ledger():
    render = script("render_formulation")
    return {name.removeprefix("cost_"): term for name, term in render.build(render.everything()).register.costs.items()}


def test_the_audit_knows_every_term_of_the_ledger_by_the_same_kind():
    assert {name: term.kind for name, term in TERMS.items()} == {name: term.kind for name, term in ledger().items()}


def strings(node):
    parts = getattr(node, "elts", None) or getattr(node, "keys", None) or []
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def asks_for_a_term(node):
    """`cost["term"] == "gap"` or `cost["term"].isin([...])`."""
    is_question = isinstance(node, ast.Compare) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "isin"
    )
    parts = list(ast.walk(node)) if is_question else []
    reads = any(isinstance(part, ast.Subscript) and getattr(part.slice, "value", "") == "term" for part in parts)
    return reads and any(isinstance(part, ast.Constant) and part.value != "term" for part in parts)


def test_terms_without_a_technology_are_no_names():
    """Figures of cost name a term without a technology among technologies, so no technology may be called like it."""
    alone = {name for name, term in ledger().items() if tuple(term.items) == (words.NATION,)}
    assert alone == set(words.TERMS)


def test_no_other_file_lists_cost_terms_or_asks_for_one_by_name():
    """The model registers them. The audit and the reserved words have lists of their own, held to the ledger above."""
    terms, found = set(ledger()) - KINDS_OF_TECHNOLOGY, []
    for file in sorted(PRODUCT.rglob("*.py")):
        apart = (PRODUCT / "model", PRODUCT / "audit", PRODUCT / "words.py")
        if any(file.is_relative_to(one) for one in apart):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            lists = isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict) and len(terms & set(strings(node))) > 1
            if lists or asks_for_a_term(node):
                found.append(f"{file.relative_to(PRODUCT)}:{node.lineno}")
    assert found == []
