"""Values given for every region, laid under each region's own."""

from __future__ import annotations

from dataclasses import replace

from powergap.errors import Problem
from powergap.scenario.file_schema import REGION_DEFAULTS
from powergap.scenario.read.nodes import Key, Map, Member, Node, Scalar, find, is_null, merge, with_node, without

EXTENSIVE = (
    ("demand", "base_gw"),
    ("demand", "additions_gw_per_year"),
    ("demand", "relocation_in_limit_gw"),
    ("grid", "additions_gw_per_year"),
    ("grid", "system_load", "summer_peak_gw"),
    ("grid", "system_load", "winter_peak_gw"),
    ("gas_supply_limit_bcf_per_day",),
    ("air_permit_limit_gw",),
    ("build_limit_gw",),
)
"""Quantities that add up over regions, so that one value cannot stand for each of several regions."""


def with_regions(body: Map, problems: list[Problem]) -> Map:
    """Lay each region over the values given for every region."""
    shared = replace(body, members={key: m for key, m in body.members.items() if key in REGION_DEFAULTS})
    regions, tree = body.get("regions"), without(body, *REGION_DEFAULTS)
    if not isinstance(regions, Map):
        return tree
    members: dict[Key, Member] = {}
    for name, member in regions.members.items():
        if is_null(member.node):
            continue
        node = merge(shared, member.node) if isinstance(member.node, Map) else member.node
        members[name] = replace(member, node=replace(node, place=member.node.place))
    problems += _counted_twice(shared, [member.node for member in members.values()])
    return with_node(tree, "regions", replace(regions, members=members))


def _counted_twice(shared: Map, regions: list[Node]) -> list[Problem]:
    """Extensive values that more than one region would take from the top level."""
    found = []
    for path in EXTENSIVE:
        default = find(shared, path)
        if default is None or is_null(default) or (isinstance(default, Scalar) and default.value == 0):
            continue
        heirs = sum(_inherits(find(region, path), default) for region in regions)
        if heirs > 1:
            message = f"would count once per region ({heirs} regions); give it under `regions.<name>`"
            found.append(default.place.problem(message))
    return found


def _inherits(value: Node | None, default: Node) -> bool:
    """True if any part of the value is the default's own."""
    if value is default:
        return not (isinstance(default, Scalar) and default.value == 0)
    if isinstance(value, Map) and isinstance(default, Map):
        return any(_inherits(value.get(key), member.node) for key, member in default.members.items())
    return False
