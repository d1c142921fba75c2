"""Write `scenario-reference.md`, every key of a scenario file, from the JSON Schema of the scenario's models.

`python docs/render_scenario_reference.py` rewrites the page, with `--check` it exits 1 if it is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from powergap.scenario import Scenario
from powergap.scenario.file_schema import REGION_DEFAULTS, ScenarioFile

PAGE = Path(__file__).with_name("scenario-reference.md")
Schema = Mapping[str, Any]

INTRODUCTION = """\
<!-- Written by docs/render_scenario_reference.py from powergap/scenario/schema.py: change that instead. -->

# Every key of a scenario

How these fit together is told in [scenarios.md](scenarios.md). `<name>` is a name of your choice.

- **value**: a unit means a number in that unit. "By year" means that the value may be one number for all
  years, a map of years, or a map with a `then:` rule; so may every price. Numbers and series may be read from the
  catalog. A technology, supply chain or fuel may say `like: <another>` and give only the values that differ.
- **range**: what is believed; anything outside is refused as a likely slip of units.
- **default**: what holds if the key is absent; *needed* means that something must give it: the file, a file
  that it extends, or the catalog's entry of the same name.
"""

DECIDED_BY_THE_RUN = ("policy", "case")
SAID_HERE = {
    "name": ("the file's name", "Name of the scenario and of its run folder"),
    "kind": ("*needed* for a technology that the catalog lacks", "Sort of technology"),
}
FORMS = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}


@dataclass(frozen=True)
class Part:
    """One map of keys: where it stands in the file and its schema."""

    path: str
    schema: Schema


def parts() -> Iterator[tuple[Part, Schema]]:
    """Every part of the file with the definitions that its schema refers to, from the outside in."""
    for model, skipped in ((Scenario, DECIDED_BY_THE_RUN), (ScenarioFile, ())):
        whole = model.model_json_schema()
        top = {key: one for key, one in whole["properties"].items() if key not in skipped}
        yield from _below(Part("", {**whole, "properties": top}), whole["$defs"])


def _below(part: Part, definitions: Schema) -> Iterator[tuple[Part, Schema]]:
    yield part, definitions
    for key, schema in part.schema["properties"].items():
        path = f"{part.path}.{key}".lstrip(".")
        for suffix, name in _references(schema):
            found = definitions[name]
            kind = found["properties"].get("kind", {}).get("const")
            where = f"{path}{suffix}" + (f" (kind: {kind})" if kind else "")
            yield from _below(Part(where, found), definitions)


def _references(schema: Schema) -> Iterator[tuple[str, str]]:
    """Names of the parts that a value is made of, with what is to be written after its key."""
    if "$ref" in schema:
        yield "", schema["$ref"].rpartition("/")[2]
    for form in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _references(form)
    inside = [("<name>", form) for form in schema.get("patternProperties", {}).values()]
    inside += [("<key>", form) for form in [schema.get("additionalProperties")] if isinstance(form, dict)]
    for word, form in inside:
        yield from ((f".{word}{suffix}", name) for suffix, name in _references(form))
    if "items" in schema:
        yield from ((f"[]{suffix}", name) for suffix, name in _references(schema["items"]))


def value_of(schema: Schema) -> tuple[str, str]:
    """What a value looks like, and its range."""
    forms = schema.get("anyOf") or [form for form in schema.get("oneOf", ()) if "$ref" not in form]
    if forms:
        told = [value_of(form) for form in forms if form.get("type") != "null"]
        texts = list(dict.fromkeys(text for text, _ in told))
        if len(texts) == 2 and texts[1] == f"{texts[0]}, by year":
            texts = [f"{texts[0]}, or by year"]
        return " or ".join(texts), next((limits for _, limits in told if limits), "")
    if "$ref" in schema or "oneOf" in schema:
        return "a map, see below", ""
    if schema["type"] == "object":
        return _map(schema)
    words = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if words:
        return ", ".join(f"`{word}`" for word in words), ""
    if schema["type"] == "array":
        return f"list of {_items(schema['items'])}", ""
    return schema.get("unit") or FORMS[schema["type"]], _range(schema)


def _items(schema: Schema) -> str:
    if "$ref" in schema:
        return "maps, see below"
    return "names" if schema.get("type") == "string" else "numbers"


def _map(schema: Schema) -> tuple[str, str]:
    """What a map holds: keys of the schema, names of the user's, or years."""
    for inside in schema.get("patternProperties", {}).values():
        text, limits = value_of(inside)
        return f"`<name>`: {text}", limits
    below = schema.get("additionalProperties")
    if not isinstance(below, dict):
        return "a map", ""
    text, limits = value_of(below)
    if "by_degc" in schema:
        return f"{text}, by whole °C", limits
    if "enum" in schema.get("propertyNames", {}):
        return f"{text}, by {', '.join(f'`{name}`' for name in schema['propertyNames']['enum'])}", limits
    return (f"{text}, by year" if "unit" in below else f"`<name>`: {text}"), limits


def _range(form: Schema) -> str:
    low, high = form.get("minimum", form.get("exclusiveMinimum")), form.get("maximum")
    if low is None and high is None:
        return ""
    above = "above " if "exclusiveMinimum" in form else ""
    return f"{above}{low:,}" if high is None else f"{above}{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    """A bound; years keep their four digits together."""
    return f"{value:g}" if value < 10_000 else f"{value:,g}"


def default_of(key: str, schema: Schema, part: Schema) -> str:
    """The default as YAML would write it."""
    if key in part.get("required", ()):
        return "*needed*"
    default = schema.get("default")
    if default is None or default == "":
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    for part, definitions in parts():
        title = f"`{part.path}`" if part.path else ("Top level" if "name" in part.schema["properties"] else "Variants")
        lines += [f"## {title}", ""]
        if part.path and part.schema.get("description"):
            lines += [part.schema["description"].replace("\n", " "), ""]
        if not part.path:
            lines += [_about(part.schema), ""]
        lines += ["| key | value | range | default | meaning |", "|---|---|---|---|---|"]
        for key, schema in part.schema["properties"].items():
            text, limits = value_of(schema)
            default = default_of(key, schema, part.schema)
            meaning = schema.get("description", "") or _of_part(schema, definitions)
            if key == "name" or (key == "kind" and "const" in schema):
                default, meaning = SAID_HERE[key]
            lines.append(f"| `{key}` | {text} | {limits} | {default} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def _of_part(schema: Schema, definitions: Schema) -> str:
    """What the one part that a value refers to says of itself, first sentence."""
    found = {name for _, name in _references(schema)}
    if len(found) != 1:
        return ""
    return str(definitions[found.pop()].get("description", "")).split(". ")[0].rstrip(".").replace("\n", " ")


def _about(schema: Schema) -> str:
    if "levers" in schema["properties"]:
        return "Keys of the file that are gone once a policy and a case are chosen."
    keys = ", ".join(f"`{key}`" for key in REGION_DEFAULTS)
    return f"Beside these, keys of a region may stand here and then hold for every region: {keys}."


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check the page; the exit code."""
    parser = argparse.ArgumentParser(description="Render docs/scenario-reference.md from the scenario's schema.")
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    options = parser.parse_args(arguments)
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{PAGE.name} is not what the schema says; run python docs/{Path(__file__).name}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
