"""The formulation is what the model says, and the notation knows every name and symbol in it."""

import re

import pyomo.environ as pyo
import pytest

from powergap.model import build
from tests.docs.pages import DOCS, names, script

render = script("render_formulation")
NOTATION = (DOCS / "notation.md").read_text(encoding="utf-8")
WORDS = {"sum", "le", "ge", "in", "sqrt", "frac", "left", "right", "quad", "text", "cost", "prev", "bar", "underline"}


@pytest.fixture(scope="module")
def built():
    return build(render.everything())


@pytest.fixture(scope="module")
def rules(built):
    return list(render.rules(built))


def test_the_page_is_up_to_date(built):
    assert render.PAGE.read_text(encoding="utf-8") == render.page(built), "run python docs/render_formulation.py"


def test_every_row_has_an_equation_and_units_of_row_and_dual(rules):
    rows = [rule for rule in rules if rule.kind == "constraint"]
    assert len(rows) > 35
    lacking = [rule.name for rule in rows if not (rule.sentence and rule.equation and rule.unit and rule.dual_unit)]
    assert not lacking


def test_every_term_says_what_it_is(rules):
    assert not [rule.name for rule in rules if not rule.sentence]


def test_every_rule_has_a_place_on_the_page(built, rules):
    page = render.page(built)
    assert not [rule.name for rule in rules if f"`{rule.name}`" not in page]


def test_every_set_variable_and_parameter_is_in_the_notation(built):
    known = set(names(NOTATION))
    components = built.model.component_objects((pyo.Set, pyo.Var, pyo.Param))
    assert not [one.name for one in components if not one.name.endswith("_index") and one.name not in known]


def test_every_symbol_of_an_equation_is_in_the_notation(rules):
    known = symbols(" ".join(re.findall(r"\$([^$]+)\$", NOTATION.replace(r"\$", ""))))
    unknown = {rule.name: symbols(rule.equation) - known for rule in rules if rule.equation}
    assert not {name: found for name, found in unknown.items() if found}


def symbols(tex):
    """Letters with bar and superscript, subscripts left out: `K^E`, `\\bar Q`, `\\delta`, `M^in`."""
    tex = re.sub(r"_(\{[^{}]*\}|\\?\w)", "", tex)
    found = re.findall(r"((?:\\bar\s*|\\underline)?\{?\\?[A-Za-z]+\}?(?:\^(?:\{[^{}]*\}|[\w+-]))?)", tex)
    plain = {re.sub(r"[{}\s]", "", one) for one in found}
    return {one for one in plain if one.lstrip("\\") not in WORDS}
