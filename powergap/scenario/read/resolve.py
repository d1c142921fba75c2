"""One policy under one case: the file's body, regions filled in, names looked up in the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from powergap.catalog.reader import Catalog, UnknownEntry
from powergap.errors import InputError, Problem
from powergap.files.nearest import did_you_mean
from powergap.scenario.pipeline import Pipeline, additions_gw, completed
from powergap.scenario.read.catalog_names import NOUNS, no_number
from powergap.scenario.read.nodes import (
    Key,
    Map,
    Member,
    Node,
    Place,
    Scalar,
    as_map,
    find,
    is_null,
    merge,
    nearest,
    plain,
    planted,
    with_node,
    without,
)
from powergap.scenario.read.own_projects import demands_with_pipeline, with_own_projects
from powergap.scenario.regions import with_regions
from powergap.scenario.schema import Readings

ADDITIONS = ("demand", "additions_gw_per_year")
NOTHING = Scalar(None, Place(""))
MOST_ALIKE = 20
"""Entries through which one may be like another."""


@dataclass
class Used:
    """Names that runs have read from the catalog."""

    technologies: dict[str, None] = field(default_factory=dict)
    supply_chains: dict[str, None] = field(default_factory=dict)
    fuels: dict[str, None] = field(default_factory=dict)
    quantities: dict[str, None] = field(default_factory=dict)


@dataclass
class Resolver:
    """Resolves one run and notes what is wrong and which catalog entries were read.

    Attributes:
        catalog: the catalog in force.
        own: the file's own `catalog:` section, where its entries are placed.
        used: filled with the names read.
        cache: values already looked up, shared by the runs of one load.
    """

    catalog: Catalog
    own: Map
    used: Used
    cache: dict[Any, Any]
    readings: dict[str, str] = field(default_factory=dict)
    dollar_year: int = 2025
    years: tuple[int, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    unknown: set[tuple[str, Key]] = field(default_factory=set)

    def resolve(self, body: Map) -> tuple[Map, dict[str, Any]]:
        """The body with regions, technologies, chains and fuels filled in: as a tree and as plain data."""
        self._read_settings(body)
        tree = with_regions(body, self.problems)
        tree = self._with_entries(tree, "technologies", ())
        for section, key in (("supply_chains", "supply_chain"), ("fuels", "fuel")):
            tree = self._with_entries(tree, section, _references(tree, key))
        if stray := tree.members.get("from_catalog"):
            self.problems.append(stray.key_place.problem("unknown key; a whole file is no catalog quantity"))
            tree = without(tree, "from_catalog")
        tree = with_own_projects(tree, self.problems)
        data: dict[str, Any] = plain(tree, self._quantity)
        twice: dict[Place, list[str]] = {}
        for name, demand in demands_with_pipeline(data):
            place = nearest(tree, ("regions", name, "demand", "pipeline"))
            if "additions_gw_per_year" in demand:
                twice.setdefault(place, []).append(name)
            else:
                self._expect(demand, place)
        self.problems += [place.problem(_beside(body, names)) for place, names in twice.items()]
        return tree, data

    def _expect(self, demand: dict[str, Any], place: Place) -> None:
        """Fill in demand additions from a list of projects; 0 where the list is wrong, which is told elsewhere."""
        demand["additions_gw_per_year"] = dict.fromkeys(self.years, 0.0)
        try:
            pipeline = completed(Pipeline.model_validate(demand["pipeline"]), self._stage_value)
        except ValidationError:
            return
        except UnknownEntry as error:
            self.problems.append(place.problem(str(error)))
            return
        found = {key: dict(getattr(pipeline, key)) for key in ("completion_fraction", "delay_years")}
        demand["pipeline"] = {**demand["pipeline"], **found}
        if self.years:
            demand["additions_gw_per_year"] = additions_gw(pipeline, self.years[0] - 1, self.years)

    def _stage_value(self, name: str) -> float:
        """A stage's completion or delay of the catalog."""
        value = self.catalog.quantity(name, self.readings, self.dollar_year)
        self.used.quantities[name] = None
        return float(value)  # type: ignore[arg-type]

    def _read_settings(self, body: Map) -> None:
        """What the catalog must know; wrong values are reported by the validation that follows."""
        written = as_map(body.get("readings")).members
        for key in Readings.model_fields:
            value = getattr(written[key].node, "value", None) if key in written else None
            self.readings[key] = value if value in {"low", "mid", "high"} else "mid"
        dollar_year = find(body, ("dollar_year",))
        if isinstance(dollar_year, Scalar) and isinstance(dollar_year.value, int):
            self.dollar_year = dollar_year.value
            self._check_price_level(dollar_year)
        first, last = (getattr(find(body, ("years", end)), "value", None) for end in ("first", "last"))
        if isinstance(first, int) and isinstance(last, int) and 1990 <= first <= last <= 2100:
            self.years = tuple(range(first, last + 1))

    def _check_price_level(self, year: Scalar) -> None:
        levels = self.catalog.data.deflators
        if levels and year.value not in levels:
            known = f"{min(levels)} to {max(levels)}"
            self.problems.append(year.place.problem(f"the catalog knows no price level of {year.value}, only {known}"))
            self.dollar_year = 2025 if 2025 in levels else max(levels)

    def _with_entries(self, tree: Map, section: str, referenced: tuple[Scalar, ...]) -> Map:
        """Lay a section's entries over the catalog's entries of the same name, and add those referred to."""
        written = tree.get(section)
        if written is not None and not isinstance(written, Map):
            return tree
        members: dict[Key, Member] = {}
        for key, member in as_map(written).members.items():
            node = None if is_null(member.node) else self._entry(section, key, as_map(written))
            if node is not None:
                members[key] = replace(member, node=node)
        for reference in referenced:
            name = reference.value
            if name in members or (section, name) in self.unknown:
                continue
            base = self._from_catalog(section, name)
            if base is not None:
                members[name] = Member(reference.place, base)
            else:
                known = [*members, *getattr(self.catalog.data, section)]
                hint = did_you_mean(name, known, f"; define it under `{section}`")
                self.problems.append(reference.place.problem(f"unknown {NOUNS[section]} `{name}`{hint}"))
        # In the order in which technologies refer to them, so that writing an entry out does not move it to the front.
        members = {name.value: members[name.value] for name in referenced if name.value in members} | members
        if not members and written is None:
            return tree
        place = written.place if written else tree.place
        return with_node(tree, section, Map(members, place))

    def _entry(self, section: str, key: Key, written: Map, above: tuple[Key, ...] = ()) -> Node | None:
        """A written entry over the catalog's, or over the one it is like; None, and a problem, for an unknown one.

        Args:
            section: technologies, supply chains or fuels.
            key: its name.
            written: all entries of the section that the file writes.
            above: names of the entries that are like it.
        """
        member = written.members[key]
        like = as_map(member.node).get("like")
        if like is not None and not is_null(like):
            return self._alike(section, key, written, above)
        member = replace(member, node=without(member.node, "like")) if isinstance(member.node, Map) else member
        base = self._from_catalog(section, str(key))
        mark = "kind" if section == "technologies" else "title"
        given = as_map(member.node).get(mark)
        if base is None:
            if given is None and isinstance(member.node, Map):
                known = getattr(self.catalog.data, section)
                own = f" (one of your own needs `{mark}` and all its values, or `like: another`)"
                message = f"no {NOUNS[section]} `{key}` in the catalog{did_you_mean(key, known)}{own}"
                self.problems.append(member.key_place.problem(message))
                self.unknown.add((section, key))
                return None
            return member.node
        kind = as_map(base).get("kind")
        if mark == "kind" and given is not None and plain(given) != plain(kind or given):
            message = f"`{key}` is of kind {plain(kind or given)} in the catalog; give your own another name"
            self.problems.append(given.place.problem(message))
            self.unknown.add((section, key))
            return None
        merged = merge(base, member.node)
        return replace(merged, place=member.node.place) if isinstance(merged, Map) else merged

    def _alike(self, section: str, key: Key, written: Map, above: tuple[Key, ...]) -> Node | None:
        """An entry that says `like: another`: the other's values, those of this run, under its own."""
        node = as_map(written.members[key].node)
        like = node.members["like"].node
        name = getattr(like, "value", None)
        base, message, chain = None, "", (*above, key)
        if not isinstance(name, str):
            message = f"expected the name of a {NOUNS[section]}"
        elif name in chain:
            message = f"like each other in a circle: {' -> '.join(map(str, (*chain[chain.index(name) :], name)))}"
        elif len(chain) > MOST_ALIKE:
            message = f"like one another through more than {MOST_ALIKE} entries"
        elif key in getattr(self.catalog.data, section):
            message = f"`{key}` is a {NOUNS[section]} of the catalog; give your own another name"
        elif name in written.members and not is_null(written.members[name].node):
            base = self._entry(section, name, written, chain)
        else:
            base = self._from_catalog(section, name)
            message = "" if base is not None else self._nothing_like(section, name, written)
        kinds = [plain(kind) for part in (base, node) if (kind := as_map(part).get("kind"))]
        if base is not None and len(set(map(str, kinds))) > 1:
            message = f"`{name}` is of kind {kinds[0]}, `{key}` of kind {kinds[1]}; like is only what is of one kind"
        if message:
            self.problems.append(like.place.problem(message))
        if message or base is None:
            self.unknown.add((section, key))
            return None
        merged = merge(base, without(node, "like"))
        return replace(merged, place=node.place) if isinstance(merged, Map) else merged

    def _nothing_like(self, section: str, name: str, written: Map) -> str:
        """What is said of a name that `like` gives and no entry of the section has."""
        others = [other for other in NOUNS if other != section and name in getattr(self.catalog.data, other)]
        if others:
            return f"`{name}` is a {NOUNS[others[0]]}, not a {NOUNS[section]}"
        known = [*map(str, written.members), *getattr(self.catalog.data, section)]
        return f"no {NOUNS[section]} `{name}` here or in the catalog{did_you_mean(name, known)}"

    def _from_catalog(self, section: str, name: str) -> Node | None:
        """A catalog entry as a tree, or None if the catalog has no such name."""
        key = (section, name, self.dollar_year, *self.readings.values())
        if key not in self.cache:
            look = {"technologies": "technology", "supply_chains": "supply_chain", "fuels": "fuel"}[section]
            try:
                value = getattr(self.catalog, look)(name, self.readings, self.dollar_year)
                self.cache[key] = planted(value, self._place(section, name))
            except UnknownEntry:
                self.cache[key] = None
        if self.cache[key] is not None:
            getattr(self.used, section)[name] = None
        node: Node | None = self.cache[key]
        return node

    def _place(self, section: str, name: str) -> Place:
        """Where a catalog entry stands: in the file's own section, else in the bundled catalog."""
        if find(self.own, (section, name)) is not None:
            return nearest(self.own, (section, name))
        return Place(f"catalog {section}.{name}")

    def _quantity(self, node: Map) -> Any:
        """The value of `{from_catalog: name, times: factor, 2028: ...}`; years overlay the catalog's."""
        name, times = node.members["from_catalog"].node, node.get("times")
        factor = 1 if times is None else self._factor(times)
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= 1e6:
            message = "`times` takes a number from 0 to 1,000,000, or one of the catalog"
            self.problems.append((times or node).place.problem(message))
            return 0
        value = self._catalog_value(name)
        if times is not None:
            value = _times(value, factor)
        rest = {key: plain(member.node) for key, member in node.members.items() if key not in {"from_catalog", "times"}}
        for key in rest:
            if not isinstance(key, int) and key != "then":
                problem = node.members[key].key_place.problem(
                    "next to `from_catalog` only `times`, years and `then` are allowed"
                )
                self.problems.append(problem)
                return value
        if not rest:
            return value
        return {**(value if isinstance(value, dict) else dict.fromkeys(self.years, value)), **rest}

    def _factor(self, times: Node) -> Any:
        """What `times` says: a number, or `{from_catalog: name}`, such as a region's share."""
        if isinstance(times, Map) and set(times.members) == {"from_catalog"}:
            return self._catalog_value(times.members["from_catalog"].node)
        return times.value if isinstance(times, Scalar) else None

    def _catalog_value(self, node: Node) -> Any:
        name = getattr(node, "value", None)
        if not isinstance(name, str):
            self.problems.append(node.place.problem("`from_catalog` takes the name of a catalog quantity"))
            return 0
        try:
            value = self.catalog.quantity(name, self.readings, self.dollar_year)
        except UnknownEntry:
            self.problems.append(node.place.problem(no_number(self.catalog, name)))
            return 0
        except InputError:
            return 0
        self.used.quantities[name] = None
        return value


def _beside(body: Map, names: list[str]) -> str:
    """What is said of projects beside additions; regions that have their own are not reached from above."""
    own = [name for name in names if not is_null(find(body, ("regions", name, *ADDITIONS)) or NOTHING)]
    message = "given with `additions_gw_per_year`, which it replaces; write `additions_gw_per_year: ~`"
    if not own:
        return message
    where = nearest(body, ("regions", own[0], *ADDITIONS)).problem("").where
    listed = ", ".join(own[:3]) + (f" and {len(own) - 3} others" if len(own) > 3 else "")
    return f"{message} under `regions.<name>.demand` of {listed}, which have their own ({where})"


def _times(value: Any, factor: float) -> Any:
    """A number or series times a factor; yearly steps scale too, growth fractions do not."""
    if not isinstance(value, Mapping):
        return value * factor
    scaled = {year: number * factor for year, number in value.items() if year != "then"}
    rule = value.get("then")
    if isinstance(rule, Mapping) and "add_per_year" in rule:
        rule = {"add_per_year": rule["add_per_year"] * factor}
    return scaled if rule is None else {**scaled, "then": rule}


def _references(tree: Map, key: str) -> tuple[Scalar, ...]:
    """Names that technologies give under `supply_chain` or `fuel`, where they are written."""
    entries = as_map(tree.get("technologies")).members.values()
    found = (as_map(member.node).get(key) for member in entries)
    return tuple(node for node in found if isinstance(node, Scalar) and isinstance(node.value, str))
