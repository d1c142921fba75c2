"""Each region takes its own projects of a list that several regions share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from powergap.errors import Problem
from powergap.files.nearest import did_you_mean
from powergap.scenario.read.nodes import Map, Node, Sequence, as_map, find, is_null, with_node

PIPELINE = ("demand", "pipeline")


def with_own_projects(tree: Map, problems: list[Problem]) -> Map:
    """The tree with every region's list down to its own rows; one region alone takes all rows.

    A row of a region that the scenario has not is a problem.
    """
    regions = tree.get("regions")
    if not isinstance(regions, Map) or len(regions.members) < 2:
        return tree
    shared: dict[int, Sequence] = {}
    members = dict(regions.members)
    for name, member in regions.members.items():
        listed = find(member.node, (*PIPELINE, "projects"))
        if isinstance(listed, Sequence) and isinstance(member.node, Map):
            shared[id(listed)] = listed
            own = tuple(one for one in listed.items if _region(one) == name)
            members[name] = replace(member, node=_with_projects(member.node, replace(listed, items=own)))
    for listed in shared.values():
        problems += _unknown_regions(listed, regions)
    return with_node(tree, "regions", replace(regions, members=members))


def demands_with_pipeline(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names of regions and their demand, where it is told by projects."""
    regions = data.get("regions")
    for name, region in regions.items() if isinstance(regions, dict) else ():
        demand = region.get("demand") if isinstance(region, dict) else None
        if isinstance(demand, dict) and demand.get("pipeline") is not None:
            yield name, demand


def _with_projects(region: Map, own: Sequence) -> Map:
    demand = as_map(region.get("demand"))
    pipeline = as_map(demand.get("pipeline"))
    return with_node(region, "demand", with_node(demand, "pipeline", with_node(pipeline, "projects", own)))


def _unknown_regions(listed: Sequence, regions: Map) -> Iterator[Problem]:
    known = [name for name, member in regions.members.items() if not is_null(member.node)]
    for one in listed.items:
        name = _region(one)
        if name not in known and isinstance(one, Map):
            place = one.members["region"].node.place if "region" in one.members else one.place
            said = "no region, and the scenario has several" if name is None else f"no region `{name}` in the scenario"
            yield place.problem(said + did_you_mean(name, known, f"; it has {', '.join(map(str, known))}"))


def _region(project: Node) -> Any:
    return getattr(as_map(project).get("region"), "value", None)
