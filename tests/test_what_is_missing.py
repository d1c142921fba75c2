"""Whatever a notebook hands to the public functions, the answer is an answer or a sentence, never a bare KeyError.

Kinds: a run in which nothing or not everything has a plan, a hedge where a run is taken, and arguments of another kind.
"""

from __future__ import annotations

import inspect

import pytest

import powergap
from powergap.errors import InputError, PowergapError
from powergap.explain.explanation import explain
from powergap.explain.what_if import what_if
from powergap.export.iamc import iamc_table
from powergap.export.tables import export
from powergap.report.page import write_report
from powergap.report.plot import plot
from powergap.results.run_folder import write_run
from tests.conftest import run_of

NO_PLAN = "limits.co2_mt_per_year=1"
"""The block emits more than that from its first year on."""


@pytest.fixture(scope="session")
def results():
    """By name: all with a plan, some, none; and a hedge."""
    mixed = ("policies.ok.set={}", f"policies.bad.set.{NO_PLAN}")
    return {
        "all": run_of("tiny/one-block.yaml"),
        "some": run_of("tiny/one-block.yaml", mixed),
        "none": run_of("tiny/one-block.yaml", (NO_PLAN,)),
        "hedge": powergap.hedge(powergap.load_outlook("tiny/newsvendor")),
    }


def reports(result, folder):
    """Everything that takes a result, by name."""
    return {
        "table": lambda: result["policies"],
        "gap_by_year": result.gap_by_year,
        "repr": lambda: repr(result),
        "html": result._repr_html_,
        "compare": lambda: powergap.compare([result, result])._repr_html_(),
        "explain": lambda: explain(result, sections=["order_by"]),
        "what_if": lambda: what_if(result, ["value_of.delayed_load_usd_per_kw_year=5"]),
        "report": lambda: write_report(result, folder / "page.html"),
        "plot": lambda: plot(result, "gap", folder / "gap.svg"),
        "iamc": lambda: iamc_table(result),
        "csv": lambda: export(result, folder / "csv", "csv"),
        "one csv": lambda: export(result, folder / "one.csv", "csv", table="policies"),
        "parquet": lambda: export(result, folder / "parquet", "parquet"),
        "xlsx": lambda: export(result, folder / "book.xlsx", "xlsx"),
        "write": lambda: write_run(result, folder / "run"),
    }


REFUSED = {
    "all": set(),
    "some": set(),
    "none": {"table", "gap_by_year", "explain", "plot", "iamc", "one csv"},
    "hedge": {"table", "compare", "explain", "what_if", "report", "plot", "iamc", "one csv"},
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_result_is_read_or_refused_with_a_sentence(results, kind, tmp_path):
    refused = set()
    for name, report in reports(results[kind], tmp_path).items():
        try:
            report()
        except PowergapError as error:
            assert " " in str(error), name
            refused.add(name)
    assert refused == REFUSED[kind]


def test_a_run_without_a_plan_says_how_it_ended(results):
    none = results["none"]
    for wrong in (none.gap_by_year, lambda: none["policies"]):
        with pytest.raises(
            InputError, match=r"no policy has a plan \(base / mid: infeasible\), and `powergap diagnose`"
        ):
            wrong()
    assert "base / mid: infeasible" in none._repr_html_()


def test_an_unknown_table_is_named_with_the_nearest(results):
    with pytest.raises(InputError, match=r"one-block has no table 'polices'; did you mean `policies`\?"):
        results["all"]["polices"]
    with pytest.raises(InputError, match="newsvendor has no table 'x'; it has ways, outcomes, orders, gap, capacity"):
        results["hedge"]["x"]
    with pytest.raises(InputError, match="no table 'frontier'"):
        explain(results["all"], sections=["order_by"])["frontier"]
    with pytest.raises(InputError, match="no policy x under case mid; the study has base / mid"):
        powergap.load("tiny/one-block").run("x")


TAKES = {
    "load": {"text"},
    "load_outlook": {"text"},
    "solve": {"study"},
    "hedge": {"outlook"},
    "compare": {"runs", "studies"},
    "validate": {"text"},
    "explain": {"text", "study", "run"},
    "what_if": {"text", "study", "run"},
    "diagnose": {"study"},
    "sweep": set(),
    "audit": set(),
    "read_run": set(),
    "write_run": {"run", "hedge"},
    "report": {"run"},
    "export": {"run", "hedge"},
}
"""What each public function takes of the values below; it refuses the rest."""


def test_the_public_functions_refuse_what_they_do_not_take(results, tmp_path):
    study, outlook = powergap.load("tiny/one-block"), powergap.load_outlook("tiny/newsvendor")
    values = {
        "text": "tiny/newsvendor", "number": 3, "nothing": None, "study": study, "outlook": outlook, "list": [],
        "run": results["all"], "hedge": results["hedge"], "runs": [results["all"], results["some"]],
        "studies": [study, study], "hedges": [results["hedge"]] * 2, "outlooks": [outlook] * 2, "numbers": [3, 4],
    }  # fmt: skip
    more = {
        "explain": {"sections": ["order_by"]}, "what_if": {"sets": ["value_of.delayed_load_usd_per_kw_year=3000"]},
        "sweep": {"folder": tmp_path / "sweep"}, "write_run": {"folder": tmp_path / "run"},
        "report": {"to": tmp_path / "page.html"}, "export": {"to": tmp_path / "tables", "form": "csv", "replace": True},
    }  # fmt: skip
    assert set(TAKES) == {name for name in powergap.__all__ if inspect.isfunction(getattr(powergap, name))}
    for function, takes in TAKES.items():
        for name, value in values.items():
            if name in takes:
                getattr(powergap, function)(value, **more.get(function, {}))
            else:
                with pytest.raises(InputError):
                    getattr(powergap, function)(value, **more.get(function, {}))


@pytest.mark.parametrize("option", ["sets", "policies", "cases", "regions"])
@pytest.mark.parametrize("value", ["mid", [3]])
def test_one_text_is_no_list_of_texts(option, value):
    with pytest.raises(InputError, match=f"`{option}` is a list of texts"):
        powergap.load("tiny/one-block", **{option: value})
