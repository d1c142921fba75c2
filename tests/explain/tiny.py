"""Probes and explanations of the tiny scenarios, each made once a session."""

from functools import lru_cache

import powergap
from powergap.explain.bottlenecks import bottlenecks
from powergap.explain.resolve import Probe
from powergap.explain.side_by_side import Crew
from powergap.planning import make_plan
from tests.conftest import SCENARIOS


@lru_cache
def study(path, *sets):
    return powergap.load(SCENARIOS / path, sets=sets)


@lru_cache
def probe(path, *sets, policy=None):
    return Probe(scenario(path, *sets, policy=policy))


def scenario(path, *sets, policy=None):
    found = study(path, *sets)
    return found.run(policy) if policy else found.runs[0]


@lru_cache
def plan(path, *sets, policy=None):
    return make_plan(scenario(path, *sets, policy=policy))


@lru_cache
def limits(path, *sets, policy=None):
    return bottlenecks(probe(path, *sets, policy=policy), lambda path: ".".join(map(str, path)), Crew(), top=20)


def row(table, limit, year, item=None):
    found = table[(table["limit"] == limit) & (table["year"] == str(year))]
    found = found[found["item"] == item] if item else found
    assert len(found) == 1
    return found.iloc[0]
