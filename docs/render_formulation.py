"""Write `formulation.md` from the docstrings of the model's rules, so that page and program agree.

`python docs/render_formulation.py` rewrites the page, with `--check` it exits 1 if the page is out of date.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pyomo.environ as pyo

from powergap.model import balance, build, formulation, objective
from powergap.model.formulation import Formulation
from powergap.scenario import Scenario, load

PAGE = Path(__file__).with_name("formulation.md")

INTRODUCTION = """\
<!-- Written by docs/render_formulation.py from the docstrings in powergap/model: change those instead. -->

# Formulation

The linear program, feature by feature, in the order in which `powergap/model/formulation.py` puts it
together. Symbols are listed in [notation.md](notation.md).

Each **row** is given with its name in the model, its equation, the sets it is written for, its unit and the
unit of its dual. A dual that is "discounted" is money at the end of the base year;
[notation.md](notation.md#duals) tells its sign. Each **term** is a named sum. A term that enters an account
(demand, supply, draw, cost, emissions) is read from there by the balance, the objective and the tables
alike.
"""

UNITS = re.compile(r"^Units: (?P<row>.+?); dual (?P<dual>.+)\.$", re.MULTILINE | re.DOTALL)
EQUATION = re.compile(r"^\.\. math:: (?P<tex>.+(?:\n[ \t]+\S.*)*)", re.MULTILINE)
INLINE = re.compile(r":math:`([^`]+)`")


@dataclass(frozen=True)
class Rule:
    """One constraint, expression or objective of the model with what its docstring says.

    Attributes:
        name: the component's name in the model.
        kind: `constraint`, `expression` or `objective`.
        module: name of the module that its rule is written in.
        account: the ledger account that an expression enters, or empty.
        index: symbol and set of each axis, for example `("r", "REGIONS")`.
        sentence: the docstring's first paragraph.
        equation: TeX of the displayed equation, or empty.
        remarks: further paragraphs.
        unit: unit of the row, or empty.
        dual_unit: unit of the dual, or empty.
    """

    name: str
    kind: str
    module: str
    account: str
    index: tuple[tuple[str, str], ...]
    sentence: str
    equation: str
    remarks: tuple[str, ...]
    unit: str
    dual_unit: str


def everything() -> Scenario:
    """A scenario in which every feature of the model is used: two regions, every lever, every limit."""
    data = load("us-2030", policies=["all-of-the-above"], cases=["mid"]).runs[0].model_dump()
    years = range(data["years"]["first"], data["years"]["last"] + 1)
    limit = dict.fromkeys(years, 100.0)
    region = next(iter(data["regions"].values()))
    region["demand"] |= {"relocatable_fraction": 0.5, "relocation_in_limit_gw": limit}
    region |= {"share_of_committed_deliveries_fraction": 0.5, "build_limit_gw": {"battery": limit}}
    data["regions"] = {"east": region, "west": region}
    data["limits"] = {"co2_mt_per_year": limit}
    data["technologies"]["gas_reciprocating_engine"] |= {
        "minimum_load_fraction": 0.3,
        "max_hours_per_year": 4000.0,
    }
    return Scenario.model_validate(data, context={"years": tuple(years)})


def rules(built: Formulation) -> Iterator[Rule]:
    """Every constraint, expression and objective of a model, in the order of declaration."""
    accounts = {
        name: account
        for account in ("demand", "supply", "draw", "costs", "emissions")
        for name in getattr(built.register, account)
    }
    kinds = {pyo.Constraint: "constraint", pyo.Expression: "expression", pyo.Objective: "objective"}
    for component in built.model.component_objects(tuple(kinds)):
        kind = next(word for ctype, word in kinds.items() if component.ctype is ctype)
        yield read(component, kind, accounts.get(component.name, ""))


def read(component: Any, kind: str, account: str) -> Rule:
    """A component with what the docstring of its rule says."""
    rule: Callable[..., Any] = component._rule._fcn
    text = inspect.cleandoc(rule.__doc__ or "")
    units, equation = UNITS.search(text), EQUATION.search(text)
    paragraphs = [
        one.replace("\n", " ") for one in re.split(r"\n\s*\n", UNITS.sub("", EQUATION.sub("", text)).strip()) if one
    ]
    return Rule(
        name=component.name,
        kind=kind,
        module=rule.__module__,
        account=account,
        index=tuple(index_of(component, rule)),
        sentence=paragraphs[0] if paragraphs else "",
        equation=re.sub(r"\s*\n\s*", "\n", equation["tex"]).strip() if equation else "",
        remarks=tuple(paragraphs[1:]),
        unit=units["row"] if units else "",
        dual_unit=units["dual"].replace("\n", " ") if units else "",
    )


def index_of(component: Any, rule: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """The symbols of a rule's arguments with the sets they run over; a set of pairs takes two."""
    if not component.is_indexed():
        return
    symbols = list(inspect.signature(rule).parameters)[1:]
    whole = component.index_set()
    for one in whole.subsets(expand_all_set_operators=False) if hasattr(whole, "subsets") else (whole,):
        width = one.dimen if isinstance(one.dimen, int) else 1
        yield ", ".join(symbols[:width]), one.name
        symbols = symbols[width:]


def in_markdown(text: str) -> str:
    """Docstring text with its inline mathematics between dollar signs."""
    escaped = INLINE.sub(lambda found: "\0" + found[1] + "\0", text).replace("$", r"\$")
    return re.sub("\0([^\0]*)\0", r"$\1$", escaped)


def money(unit: str) -> str:
    """A unit with its dollar signs out of reach of mathematics."""
    return unit.replace("$", r"\$")


def page(built: Formulation) -> str:
    """The whole page."""
    found = list(rules(built))
    parts = [INTRODUCTION]
    for module in (*formulation.FEATURES, balance, objective):
        own = [rule for rule in found if rule.module == module.__name__]
        parts.append(section(module, own))
    return "\n".join(parts)


def section(module: ModuleType, own: list[Rule]) -> str:
    """One feature: what its module says of itself, its rows, its terms."""
    first, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n")
    title, _, lead = first.partition(": ")
    lines = [f"## {title}", "", in_markdown(lead[:1].upper() + lead[1:])]
    if rest.strip():
        lines += ["", in_markdown(rest.strip())]
    lines += ["", f"File: `{module.__name__.replace('.', '/')}.py`", ""]
    for rule in own:
        if rule.kind == "constraint":
            lines += row(rule)
    terms = [rule for rule in own if rule.kind != "constraint"]
    if terms:
        lines += ["| term | account | over | what it is |", "|---|---|---|---|", *map(term, terms), ""]
    return "\n".join(lines)


def row(rule: Rule) -> list[str]:
    """One constraint."""
    lines = [f"### `{rule.name}`", "", in_markdown(rule.sentence), ""]
    if rule.equation:
        lines += ["```math", rule.equation, "```", ""]
    for remark in rule.remarks:
        lines += [in_markdown(remark), ""]
    over = ", ".join(f"{symbols} in `{name}`" for symbols, name in rule.index)
    return [*lines, f"For {over}. Row in {money(rule.unit)}; dual in {money(rule.dual_unit)}.", ""]


def term(rule: Rule) -> str:
    """One expression or the objective, as a row of the table."""
    over = ", ".join(symbols for symbols, _ in rule.index)
    said = in_markdown(" ".join([rule.sentence, *rule.remarks])).replace("|", r"\|")
    return f"| `{rule.name}` | {rule.account or rule.kind} | {over} | {said} |"


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check the page; the exit code."""
    parser = argparse.ArgumentParser(description="Render docs/formulation.md from the model's docstrings.")
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    options = parser.parse_args(arguments)
    text = page(build(everything()))
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{PAGE.name} is not what the model says; run python docs/{Path(__file__).name}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
