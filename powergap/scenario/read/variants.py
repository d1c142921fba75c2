"""Policies and cases of a file: which are asked for, and the body of the file under each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from powergap.errors import Problem
from powergap.files.nearest import did_you_mean
from powergap.scenario.file_schema import LABELS, SECTIONS, ScenarioFile
from powergap.scenario.read.compose import NAMED, Override, idle_deletion, with_override
from powergap.scenario.read.nodes import Key, Map, Node, as_map, find, is_null, merge, plain, without
from powergap.scenario.read.nodes import Sequence as NodeList
from powergap.scenario.read.problems import PolicyCase, one_of


@dataclass
class Variants:
    """The body of a composed document under its policies and cases.

    Attributes:
        whole: the composed document, `--set` included.
        before: the composed document without `--set`.
        sections: its validated levers, policies and cases.
        overrides: `--set` values of the body, laid over everything.
        problems: where unknown names and misplaced keys are noted.
    """

    whole: Map
    before: Map
    sections: ScenarioFile
    overrides: tuple[Override, ...]
    problems: list[Problem]
    _told: set[Problem] = field(default_factory=set)
    _sets: dict[tuple[str, str], Node | None] = field(default_factory=dict)

    @property
    def reference_policy(self) -> str:
        """The policy others are compared with: as named, else the first."""
        return self.sections.reference_policy or next(iter(self.sections.policies), "base")

    @property
    def default_case(self) -> str:
        """The case shown first: as named, else `mid`, else the first."""
        cases = list(self.sections.cases) or ["mid"]
        return self.sections.default_case or ("mid" if "mid" in cases else cases[0])

    def chosen(self, policies: Sequence[str] | None, cases: Sequence[str] | None) -> list[PolicyCase]:
        """Every chosen policy under every chosen case, in the file's order."""
        self._check_names()
        known_policies = self._names("policies", "base")
        known_cases = self._names("cases", "mid")
        self._check_asked(policies, known_policies, "--policy", "policy")
        self._check_asked(cases, known_cases, "--case", "case")
        return [
            (policy, case)
            for policy in known_policies
            if policies is None or policy in policies
            for case in known_cases
            if cases is None or case in cases
        ]

    def levers(self, policy: str) -> list[str]:
        """The levers of a policy, in the order in which they are laid."""
        return self.sections.policies[policy].levers if policy in self.sections.policies else []

    def body(self, policy: str, case: str, without: str | None = None) -> Map:
        """The body under a policy's levers (less one), the policy's `set`, the case's `set` and `--set`."""
        levers = [("levers", lever) for lever in self.levers(policy) if lever != without]
        return self._laid([*levers, ("policies", policy), ("cases", case)])

    def lever_body(self, lever: str) -> Map:
        """The body under one lever alone."""
        return self._laid([("levers", lever)])

    def idle_levers(self) -> list[str]:
        """Levers that no policy of the file uses."""
        used = {lever for policy in self.sections.policies.values() for lever in policy.levers}
        return [lever for lever in self.sections.levers if lever not in used]

    def _laid(self, layers: Iterable[tuple[str, str]]) -> Map:
        body = without(self.whole, *SECTIONS)
        for section, name in layers:
            over = self._set(section, name)
            if over is None:
                continue
            self._check_deletions(body, over)
            body = _onto(body, over)
        for override in self.overrides:
            body = with_override(body, override)
        return body

    def _set(self, section: str, name: str) -> Map | None:
        """The `set` of a lever, policy or case, without keys that do not belong there."""
        if (section, name) not in self._sets:
            node = find(self.whole, (section, name, "set"))
            if isinstance(node, Map):
                misplaced = [key for key in node.members if key in {*SECTIONS, *LABELS, "policy", "case"}]
                for key in misplaced:
                    message = "cannot change between runs; set it at the top level of the file"
                    self.problems.append(node.members[key].key_place.problem(message))
                node = without(node, *misplaced)
            self._sets[section, name] = node if isinstance(node, Map) else None
        found = self._sets[section, name]
        return found if isinstance(found, Map) else None

    def _check_deletions(self, body: Map, over: Map) -> None:
        for section in NAMED:
            written = over.get(section)
            for key, member in written.members.items() if isinstance(written, Map) else ():
                known = find(body, (section, key)) or find(self.before, (section, key))
                if is_null(member.node) and known is None and not self.brought(section, key):
                    problem = member.key_place.problem(idle_deletion(key, body, section))
                    if problem not in self._told:  # a lever is laid again for every policy that uses it
                        self._told.add(problem)
                        self.problems.append(problem)

    def brought(self, section: str, key: Key) -> bool:
        """True if a lever or policy brings the name, so that deleting it means something in some run."""
        return (section, key) in self._brought

    @cached_property
    def _brought(self) -> set[tuple[str, Key]]:
        """Sections and names that levers and policies bring."""
        sets = [("levers", lever) for lever in self.sections.levers]
        sets += [("policies", policy) for policy in self.sections.policies]
        return {
            (section, key)
            for one in sets
            for section in NAMED
            for key, member in as_map(find(self.whole, (*one, "set", section))).members.items()
            if not is_null(member.node)
        }

    def _names(self, section: str, default: str) -> list[str]:
        """Names as written, so that an entry with an error still counts."""
        return list(getattr(self.sections, section)) or [default]

    def _written(self, section: str) -> set[Key]:
        node = self.whole.get(section)
        return set(node.members) if isinstance(node, Map) else set()

    def _check_names(self) -> None:
        """Levers of policies, the reference policy and the default case exist."""
        for name, policy in self.sections.policies.items():
            node = find(self.whole, ("policies", name, "levers"))
            places = [item.place for item in node.items] if isinstance(node, NodeList) else []
            for lever, place in zip(policy.levers, places, strict=False):
                if lever not in self._written("levers"):
                    hint = did_you_mean(lever, self._written("levers"))
                    self.problems.append(place.problem(f"unknown lever `{lever}`{hint}"))
        for key, section in (("reference_policy", "policies"), ("default_case", "cases")):
            name, known = getattr(self.sections, key), self._written(section)
            node = self.whole.get(key)
            if name is not None and name not in (known or {"base", "mid"}) and node is not None:
                noun = "policy" if section == "policies" else "case"
                self.problems.append(
                    node.place.problem(f"unknown {noun} `{name}`{did_you_mean(name, known, one_of(known))}")
                )

    def _check_asked(self, asked: Sequence[str] | None, known: list[str], option: str, noun: str) -> None:
        for name in asked or ():
            if name not in known:
                listed = one_of(known)
                message = f"unknown {noun} `{name}`{did_you_mean(name, known, listed)}"
                self.problems.append(Problem(option, 0, 0, "", message))


def _onto(body: Map, over: Map) -> Map:
    """Merge a `set` over the body; the body keeps its place."""
    merged = merge(body, over)
    return Map(merged.members, body.place) if isinstance(merged, Map) else body


def portable(
    document: Mapping[str, Any], base: Mapping[str, Any], variants: Variants, chosen: list[PolicyCase]
) -> dict[str, Any]:
    """The composed document with only the chosen policies and cases, `--set` moved into every case.

    A case's `set` is laid last, as `--set` is, so loading the result gives the same runs.
    """
    result = {"name": document["name"]} | dict(base) | {"name": document["name"]}
    for key in LABELS:
        if key in document:
            result[key] = document[key]
    policies, cases = dict.fromkeys(p for p, _ in chosen), dict.fromkeys(c for _, c in chosen)
    for section in ("futures", "hedge"):  # what they would add is not in the runs
        result.pop(section, None)
    result["policies"] = {name: dict(document.get("policies", {}).get(name) or {}) for name in policies}
    levers = {lever for policy in result["policies"].values() for lever in (policy.get("levers") or ())}
    result["levers"] = {name: lever for name, lever in document.get("levers", {}).items() if name in levers}
    result["cases"] = {name: _last(variants, name, document) for name in cases}
    result["reference_policy"] = variants.reference_policy
    result["default_case"] = variants.default_case
    if variants.reference_policy not in policies:
        result["reference_policy"] = next(iter(policies))
    if variants.default_case not in cases:
        result["default_case"] = next(iter(cases))
    return {key: value for key, value in result.items() if key != "levers" or value}


def _last(variants: Variants, case: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A case with the `--set` values laid over its own."""
    written: dict[str, Any] = dict(document.get("cases", {}).get(case) or {})
    last = variants._set("cases", case) or Map({}, variants.whole.place)
    for override in variants.overrides:
        if override.path[0] not in LABELS:
            last = with_override(last, override)
    if last.members:
        written["set"] = plain(last, keep_null=True)
    return written
