"""How much a scenario may ask for: more would hang or fill the memory, and no answer would come of it."""

from __future__ import annotations

from powergap.errors import InputError
from powergap.scenario.read.nodes import Map, Node, Sequence
from powergap.scenario.schema import Scenario

MOST_VALUES = 500_000
"""Values of all runs together (policies times cases, and levers tried alone), each of which is resolved anew.

A second resolves about 140,000. The 30 runs of us-regions-2030 have 27,370 together: 240 regions in as many runs, or
500 runs of as many regions, still load in seconds."""

YEARS_AS_ONE = 10
"""Years that cost as much to resolve as a value that is written once for all of them."""

MOST_QUANTITIES = 20_000_000
"""Unknowns of one linear program, roughly. Their arrays alone take 8 GB, and its solver, whose time grows faster than
they do, days: the full year of us-regions-2030 with all its technologies, the largest study that is thought of, has
10,800,000; a national one with 12 days 32,000."""

HOURS = {"annual": 2, "full": 8_760}


def values(tree: Node, years: int) -> int:
    """Values and maps of a resolved run, weighed by the years that a series is written out for."""
    return _count(tree) * (1 + years // YEARS_AS_ONE)


def _count(node: Node) -> int:
    if isinstance(node, Map):
        return 1 + sum(_count(member.node) for member in node.members.values())
    return 1 + sum(map(_count, node.items)) if isinstance(node, Sequence) else 1


def too_many_values(tree: Map) -> InputError:
    """What is said once all runs together have more values than `MOST_VALUES`."""
    message = (
        f"the runs of this scenario, policies by cases, have more than {MOST_VALUES:,} values together; "
        "choose some with --policy and --case"
    )
    return InputError([tree.place.problem(message)])


def quantities(scenario: Scenario) -> int:
    """About how many unknowns the linear program has: every hour of every technology, and every vintage.

    One region, five years, 17 technologies and 14 days: 5 x 19 x (336 + 5) = 32,395; the program has 39,110.
    """
    years = len(scenario.year_list)
    hours = HOURS.get(scenario.chronology.kind)
    if hours is None:
        chronology = scenario.chronology
        hours = 24 * (chronology.typical_days + chronology.stress_days + len(chronology.added_days))
    regions = len(scenario.only_regions or scenario.regions)
    return regions * years * (len(scenario.technologies) + 2) * (hours + years)


def size_problem(scenario: Scenario) -> str:
    """Why the linear program is too large; empty if it is not."""
    count = quantities(scenario)
    if count <= MOST_QUANTITIES:
        return ""
    regions, years, technologies = len(scenario.regions), len(scenario.year_list), len(scenario.technologies)
    return (
        f"{regions:,} regions, {years} years, {technologies:,} technologies and these hours make about {count:,} "
        f"unknowns; at most {MOST_QUANTITIES:,} are solved, so take fewer regions (--region), years or days"
    )
