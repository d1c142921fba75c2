"""Every value by year of the scenario's schema, beside the data of a scenario: found in the schema, not listed."""

from __future__ import annotations

from powergap.scenario.schema import Scenario

WHOLE = Scenario.model_json_schema()


def forms_of(schema):
    """The forms that a value may have, references followed."""
    for form in schema.get("anyOf") or schema.get("oneOf") or [schema]:
        yield WHOLE["$defs"][form["$ref"].rpartition("/")[2]] if "$ref" in form else form


def is_series(form):
    """A map of years: of numbers with a unit, neither by name nor by temperature nor by given words."""
    below = form.get("additionalProperties")
    return isinstance(below, dict) and "unit" in below and "by_degc" not in form and "propertyNames" not in form


def values(data, schema=WHOLE, path=()):
    """(path, unit, forms) of every number or series, of those that the data leaves out too."""
    forms = list(forms_of(schema))
    kind = data.get("kind") if isinstance(data, dict) else None
    units = [form.get("unit") or form.get("additionalProperties", {}).get("unit") for form in forms
             if form.get("type") == "number" or is_series(form)]  # fmt: skip
    if units:
        yield path, units[0] or "", forms
        return
    for form in forms:
        constant = form.get("properties", {}).get("kind", {}).get("const")
        if constant not in (None, kind):
            continue
        for key, below in form.get("properties", {}).items():
            part = data.get(key) if isinstance(data, dict) else None
            yield from values(part, below, (*path, key))
        for below in form.get("patternProperties", {}).values():
            for key, part in (data or {}).items():
                yield from values(part, below, (*path, key))


def at(data, path):
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def with_value(data, path, value):
    first, *rest = path
    return {**data, first: with_value(data.get(first) or {}, rest, value) if rest else value}
