"""JSON Schema of the file that a user writes, for completion and checking in editors.

Derived from the resolved scenario's models: everything may be left out (the catalog, `extends` or another
layer may give it), every value may be `{from_catalog: ...}` or `~`, and a year series has three spellings.
"""

from __future__ import annotations

import copy
from typing import Any

from powergap.scenario.file_schema import LABELS, REGION_DEFAULTS, ScenarioFile
from powergap.scenario.schema import Scenario

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS = ("Connection", "Generator", "Storage", "FlexibleLoad")
_YEAR = "^(19|20|21)[0-9]{2}$"
_DEGC = "^-?[0-9]{1,2}$"
_NULL: Schema = {"type": "null"}
_FROM_CATALOG: Schema = {
    "type": "string",
    "description": "Name of a catalog quantity; see `powergap catalog`",
}
_LIKE: Schema = {
    "type": ["string", "null"],
    "description": "Name of an entry whose values hold where this one gives none",
}
_TIMES: Schema = {
    "description": "Factor on the catalog's value, or a catalog quantity to multiply with",
    "anyOf": [{"type": "number", "minimum": 0}, {"$ref": "#/$defs/FromCatalog"}],
}
_RULE: Schema = {
    "description": "How years after the last given one continue",
    "anyOf": [
        {"const": "hold"},
        {"$ref": "#/$defs/Growth"},
        {"$ref": "#/$defs/Step"},
    ],
}


def json_schema() -> Schema:
    """JSON Schema (draft 2020-12) of a scenario file, with units and descriptions."""
    models = Scenario.model_json_schema()
    models = _named_models(models)
    definitions: dict[str, Schema] = {name: _relaxed(schema) for name, schema in models["$defs"].items()}
    technology = _any_technology(definitions)
    for kind in _KINDS:
        del definitions[kind]
    definitions["Technology"] = technology
    for name in ("Technology", "SupplyChain", "Fuel"):
        definitions[name]["properties"]["like"] = _LIKE
    body = _relaxed({key: value for key, value in models.items() if key != "$defs"})["properties"]
    for key in ("policy", "case"):
        del body[key]
    body["technologies"] = _by_name(
        {"$ref": "#/$defs/Technology"}, "A catalog name with overrides, or a complete entry"
    )
    region = definitions["Region"]["properties"]
    for key in REGION_DEFAULTS:
        body[key] = {
            **region[key],
            "description": f"{_description(region[key])}; for every region, `regions.<name>` overrides",
        }
    overrides = {key: value for key, value in body.items() if key not in LABELS}
    file, sections = _sections()
    definitions |= file | _helpers() | {"Overrides": _object(overrides)}
    return {
        "$schema": _DIALECT,
        "title": "powergap scenario",
        "type": "object",
        "properties": body | sections,
        "patternProperties": {"^x-": {"description": "Ignored; a place for anchors"}},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _sections() -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Definitions and properties of the file's own sections; `set` holds overrides, names may be deleted."""
    schema = copy.deepcopy(ScenarioFile.model_json_schema())
    definitions: dict[str, Schema] = schema["$defs"]
    for name in ("Lever", "Policy", "Case", "FutureEntry"):
        definitions[name]["properties"]["set"] = {"$ref": "#/$defs/Overrides"}
    properties: dict[str, Schema] = schema["properties"]
    for key in ("levers", "policies", "cases", "futures"):
        properties[key] = _by_name(next(iter(properties[key]["patternProperties"].values())), key.capitalize())
    properties["catalog"] = {"$ref": "#/$defs/OwnCatalog"}
    return definitions, properties


def _helpers() -> dict[str, Schema]:
    number = {"type": "number"}
    return {
        "Growth": _object({"growth_fraction_per_year": number}, required=["growth_fraction_per_year"]),
        "Step": _object({"add_per_year": number}, required=["add_per_year"]),
        "FromCatalog": _object({"from_catalog": _FROM_CATALOG, "times": _TIMES}, required=["from_catalog"]),
    }


def _named_models(schema: Schema) -> Schema:
    """The schema without the titles that pydantic makes up."""
    if isinstance(schema, dict):
        return {
            key: _named_models(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [_named_models(item) for item in schema] if isinstance(schema, list) else schema


def _relaxed(schema: Schema) -> Schema:
    """A model or value schema as a file may write it."""
    if "properties" in schema:
        properties = {key: _value(below) for key, below in schema["properties"].items()}
        kept = {key: value for key, value in schema.items() if key != "required"}
        return {**kept, "properties": properties}
    return _value(schema)


def _value(schema: Schema) -> Schema:
    """A value: itself, a catalog quantity, or `~`."""
    about: Schema = {key: schema[key] for key in ("description", "default", "unit") if key in schema}
    # A price is one of two forms. Technologies, of several kinds, are taken together elsewhere.
    forms = [form for form in schema.get("anyOf") or schema.get("oneOf", [schema]) if form != _NULL]
    found: list[Schema] = []
    for form in forms:
        about |= {"unit": form["unit"]} if "unit" in form else {}
        found += _forms({key: value for key, value in form.items() if key not in {"description", "default"}})
    unit = next((form["x-unit"] for form in found if "x-unit" in form), about.get("unit"))
    if unit:
        about["description"] = f"{about.get('description', '')} [{unit}]".strip()
    return {**about, "anyOf": [*({k: v for k, v in form.items() if k != "x-unit"} for form in found), _NULL]}


def _forms(form: Schema) -> list[Schema]:
    """The spellings that a file may use for one form of a resolved value."""
    below = form.get("additionalProperties")
    if form.get("type") == "number":
        return [form, {"$ref": "#/$defs/FromCatalog"}]
    if form.pop("by_degc", False) and isinstance(below, dict):
        number = {key: value for key, value in below.items() if key != "unit"}
        return [_object({}) | {"patternProperties": {_DEGC: {"anyOf": [number, _NULL]}}, "x-unit": below["unit"]}]
    if isinstance(below, dict) and "unit" in below and "propertyNames" not in form and "patternProperties" not in form:
        number = {key: value for key, value in below.items() if key != "unit"}
        return [number | {"x-unit": below["unit"]}, _series(number)]
    if isinstance(below, dict):
        return [{**form, "additionalProperties": _value(below)}]
    if isinstance(form.get("patternProperties"), dict):
        inside = {pattern: _value(value) for pattern, value in form["patternProperties"].items()}
        return [{**form, "patternProperties": inside, "additionalProperties": False}]
    return [form]


def _series(number: Schema) -> Schema:
    """A map of years, with a rule for the others, on top of a catalog series if one is named."""
    return {
        "type": "object",
        "patternProperties": {_YEAR: {"anyOf": [number, {"$ref": "#/$defs/FromCatalog"}, _NULL]}},
        "properties": {"then": _RULE, "from_catalog": _FROM_CATALOG, "times": _TIMES},
        "additionalProperties": False,
    }


def _any_technology(definitions: dict[str, Schema]) -> Schema:
    """One object with the keys of every kind, because an override seldom says its kind."""
    properties: dict[str, Schema] = {}
    for name in _KINDS:
        properties = definitions[name]["properties"] | properties
    kinds = ["connection", "generator", "storage", "flexible_load"]
    properties["kind"] = {"enum": kinds, "description": "Needed where the catalog has no such technology"}
    return _object(properties)


def _object(properties: dict[str, Schema], *, required: list[str] | None = None) -> Schema:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": required} if required else schema


def _by_name(entry: Schema, description: str) -> Schema:
    return {"type": "object", "description": description, "additionalProperties": {"anyOf": [entry, _NULL]}}


def _description(schema: Schema) -> str:
    return str(schema.get("description", "")).strip() or "Value"
