"""Every constraint of the linear program is recomputed from the tables by some rule of the audit."""

import importlib
import pkgutil
from random import Random

import pyomo.environ as pyo
import pytest

import powergap
from powergap.audit.check import Rule
from powergap.model import build
from tests.conftest import SCENARIOS
from tests.independent import generate

AUDIT = importlib.import_module("powergap.audit")

EXEMPT: dict[str, str] = {}
"""Constraints that no table can confirm, each with the reason."""


@pytest.fixture(scope="module")
def recomputed():
    """Names of the constraints that rules say they recompute."""
    found = set()
    for module in pkgutil.iter_modules(AUDIT.__path__):
        members = vars(importlib.import_module(f"{AUDIT.__name__}.{module.name}")).values()
        tables = [one for one in members if isinstance(one, dict)]
        rules = [one for group in ([*members], *(table.values() for table in tables)) for one in group]
        found |= {row for rule in rules if isinstance(rule, Rule) for row in rule.rows}
    return found


def constraints(scenario):
    return {one.name for one in build(scenario).model.component_objects(pyo.Constraint)}


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_constraint_of_a_bundled_scenario_is_recomputed(path, recomputed):
    study = powergap.load(path)
    seen = set().union(*(constraints(run) for run in study.runs if run.case == study.runs[0].case))
    assert seen <= recomputed | EXEMPT.keys()


def test_rules_name_constraints_that_exist(recomputed):
    """Generated scenarios cover every constraint: a rule that names another one recomputes nothing."""
    seen = set().union(*(constraints(generate.scenario(Random(seed))) for seed in range(60)))
    assert seen == recomputed | EXEMPT.keys()
