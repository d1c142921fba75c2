"""Validation errors -> problems in the words of the file: place, key as written, what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from powergap.errors import Problem
from powergap.files.nearest import did_you_mean
from powergap.files.numbers import remedy
from powergap.scenario.file_schema import REGION_DEFAULTS, SECTIONS
from powergap.scenario.read.nodes import Map, Node, Place, as_map
from powergap.scenario.read.nodes import Sequence as NodeList
from powergap.scenario.read.renamed import now_called
from powergap.scenario.schema import Scenario

PolicyCase = tuple[str, str]
"""Policy and case."""

_EXPECTED = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
    "list_type": "expected a list",
    "dict_type": "expected a map of `key: value`",
    "model_type": "expected a map of `key: value`",
    "model_attributes_type": "expected a map of `key: value`",
    "number": "",
    "series": "",
}


def problems_of(error: ValidationError, tree: Node, model: type[BaseModel]) -> list[Problem]:
    """Every error of a validation, placed in the tree that was validated."""
    return [_problem(one, tree, model) for one in error.errors(include_url=False)]


def _problem(error: Any, tree: Node, model: type[BaseModel]) -> Problem:
    loc: tuple[str | int, ...] = error["loc"]
    if error["type"] == "extra_forbidden":
        parent, _ = _walk(tree, loc[:-1])
        known = _known_keys(model, loc[:-1])
        message = "unknown key" + (now_called(loc[-1]) or did_you_mean(loc[-1], known, one_of(known)))
        return _key_place(parent, loc[-1]).problem(message, reason="unknown key")
    if error["type"] == "missing":
        parent, _ = _walk(tree, loc[:-1])
        wanted = f"missing; expected {_wanted(_field(model, loc))}"
        return parent.place.problem(wanted, loc[-1], reason=f"{loc[-1]} {wanted}")
    if loc[-1:] == ("[key]",):
        parent, _ = _walk(tree, loc[:-2])
        return _key_place(parent, loc[-2]).problem(_message(error))
    node, lost = _walk(tree, loc)
    if error["type"] == "union_tag_not_found":
        return node.place.problem("missing; expected connection, generator, storage or flexible_load", "kind")
    if error["type"] == "union_tag_invalid":
        tag = as_map(node).get("kind") or node
        kinds = ("connection", "generator", "storage", "flexible_load")
        return tag.place.problem(
            f"no kind `{error['ctx']['tag']}`" + did_you_mean(error["ctx"]["tag"], kinds, one_of(kinds))
        )
    # What is lost of a catalog's series is its year; tags of unions are nothing that is written.
    years = [key for key in lost if isinstance(key, int)]
    below = years if isinstance(node, Map) and "from_catalog" in node.members else ()
    return node.place.problem(_message(error), *below, reason=_reason(error))


def _walk(tree: Node, loc: Sequence[str | int]) -> tuple[Node, tuple[str | int, ...]]:
    """The node at a location; segments that are no keys (tags of unions) are skipped and given back."""
    lost: list[str | int] = []
    for key in loc:
        if isinstance(tree, Map) and (below := tree.get(key)) is not None:
            tree = below
        elif isinstance(tree, NodeList) and isinstance(key, int) and key < len(tree.items):
            tree = tree.items[key]
        else:
            lost.append(key)
    return tree, tuple(lost)


def _key_place(parent: Node, key: str | int) -> Place:
    member = as_map(parent).members.get(key)
    return member.key_place if member else parent.place


def _message(error: Any) -> str:
    """The sentence for one error."""
    kind, said, given = str(error["type"]), str(error["msg"]), error.get("input")
    if kind == "string_pattern_mismatch":
        rule = "names contain letters, digits, `_`, `.` and `-`, and start with a letter or digit"
        return f"{_show(given)} is not a valid name; {rule}"
    if kind in {"literal_error", "enum"}:
        allowed = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ",").split(",")]
        return f"{_show(given)} is not allowed here" + did_you_mean(given, allowed, one_of(allowed))
    if kind in _EXPECTED:
        got = f", got {_show(given)}{_as_number(kind, given)}"
        return f"{_EXPECTED[kind] or said}{got}" if _is_type_slip(kind, said) else said
    if kind == "too_short":
        return "needs at least one entry"
    if kind.startswith(("greater_than", "less_than")):
        return f"{said.replace('Input should', 'must')}, got {_show(given)}"
    return said.removeprefix("Value error, ").replace("Input should", "must")


def _reason(error: Any) -> str:
    """The sentence for one error, without what was given."""
    kind = str(error["type"])
    if kind == "plausible":
        return "is outside the plausible range"
    return _EXPECTED.get(kind) or ("expected a number" if kind in _EXPECTED else "")


def _as_number(kind: str, given: Any) -> str:
    """How a text is written as a number, where that is near."""
    is_number = kind in {"number", "series", "int_type", "float_type"}
    return remedy(given.strip()) if is_number and isinstance(given, str) else ""


def _is_type_slip(kind: str, said: str) -> bool:
    return kind != "series" or said.startswith("expected a number")


def _show(value: Any) -> str:
    """A value as a person would name it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value[:60]}'"
    if isinstance(value, Mapping):
        return "a year series" if value and all(isinstance(k, int) or k == "then" for k in value) else "a map"
    return "a list" if isinstance(value, list | tuple) else f"{value}"


def one_of(names: Iterable[object]) -> str:
    """`; expected one of ...` if there are at most twelve."""
    listed = sorted(map(str, names))
    return f"; expected one of {', '.join(listed)}" if 0 < len(listed) <= 12 else ""


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _field(model: type[BaseModel], loc: Sequence[str | int]) -> dict[str, Any]:
    """The JSON Schema of a location: unit, description, properties."""
    schema = _schema(model)
    here: dict[str, Any] = schema
    for key in loc:
        here = _resolved(here, schema)
        here = _below(here, key, schema)
    return _resolved(here, schema)


def _below(here: dict[str, Any], key: str | int, schema: dict[str, Any]) -> dict[str, Any]:
    mapping = here.get("discriminator", {}).get("mapping", {})
    if key in mapping:
        found: dict[str, Any] = {"$ref": mapping[key]}
        return found
    for form in here.get("anyOf", [here]):
        form_here = _resolved(form, schema)
        for deeper in (
            form_here.get("properties", {}).get(key),
            form_here.get("additionalProperties"),
            *form_here.get("patternProperties", {}).values(),
            form_here.get("items"),
        ):
            if isinstance(deeper, dict):
                return deeper
    return {}


def _resolved(here: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in here:
        target = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
        return {**target, **{key: value for key, value in here.items() if key != "$ref"}}
    return here


def _known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> set[str]:
    """Keys allowed at a location; at the top level of a file those of its own sections too."""
    known = set(_field(model, loc).get("properties", {}))
    if model is Scenario and not loc:
        known = (known - {"policy", "case"}) | set(SECTIONS) | set(REGION_DEFAULTS)
    return known


def _wanted(field: dict[str, Any]) -> str:
    """What a missing key should hold: its unit or kind, and its description."""
    forms = [field, *field.get("anyOf", ())]
    series = next(
        (form["additionalProperties"] for form in forms if isinstance(form.get("additionalProperties"), dict)),
        None,
    )
    if series and "unit" in series:
        what = f"{series['unit']} by year"
    elif "unit" in field:
        what = f"a number in {field['unit']}"
    elif "enum" in field:
        what = " or ".join(map(str, field["enum"]))
    else:
        kinds = {
            "integer": "a whole number",
            "number": "a number",
            "boolean": "true or false",
            "string": "text",
        }
        what = kinds.get(field.get("type", ""), "a map of `key: value`")
    description = field.get("description", "")
    return f"{what} ({description.rstrip('.')})" if description else what


def told_once(found: Mapping[PolicyCase, Iterable[Problem]], *, names_runs: bool = False) -> list[Problem]:
    """Each problem once, with the policy or case under which it occurs if it does not occur under all.

    What stands in a lever, policy or case is told without them, unless `names_runs`: it is wrong wherever it is used.
    """
    runs: dict[tuple[str, int, int, str], tuple[Problem, list[PolicyCase]]] = {}
    for run, problems in found.items():
        for problem in problems:
            # what is written once is told once, also where several regions inherit it; without a line, keys tell it
            key = problem.key.rsplit(".", 1)[-1] if problem.line else problem.key
            same = (problem.file, problem.line, problem.column, key + problem.message)
            seen = runs.setdefault(same, (problem, []))[1]
            if run not in seen:
                seen.append(run)
    layers = () if names_runs else ("levers.", "policies.", "cases.")
    return sorted(
        problem if problem.key.startswith(layers) else _under(problem, seen, list(found))
        for problem, seen in runs.values()
    )


def _under(problem: Problem, seen: list[PolicyCase], every: list[PolicyCase]) -> Problem:
    if len(seen) == len(every):
        return problem
    policies, cases = dict.fromkeys(p for p, _ in seen), dict.fromkeys(c for _, c in seen)
    said = []
    if policies.keys() != {p for p, _ in every}:
        said.append(f"policy {', '.join(policies)}")
    if cases.keys() != {c for _, c in every}:
        said.append(f"case {', '.join(cases)}")
    if not said:
        said = [f"policy {seen[0][0]}, case {seen[0][1]} and others"]
    return replace(problem, message=f"{problem.message} (under {', '.join(said)})")
