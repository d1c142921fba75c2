"""What was most likely meant by a name that is not known."""

import re
from pathlib import Path

import powergap
from powergap.errors import MOST_SHOWN
from powergap.files.nearest import MOST_LOOKUPS, MOST_NAMES, did_you_mean, nearest_names

LIKENESS_OF_PROJECTS = "scenario/pipeline.py"


def test_names_are_compared_in_one_file_alone():
    package = Path(powergap.__file__).parent
    using = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"^\s*(import|from) difflib", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert using == {"files/nearest.py", LIKENESS_OF_PROJECTS}


def test_capitals_do_not_count_and_the_name_is_given_as_it_is_spelled():
    assert did_you_mean("pjmm", ["ERCOT", "PJM"]) == "; did you mean `PJM`?"
    assert nearest_names("gas", ["Gas", "GAS"]) == ("Gas",)


def test_several_names_come_nearest_first():
    assert did_you_mean("treads", ["threads", "thread", "presolve"], most=2) == "; did you mean `threads` or `thread`?"


def test_nothing_is_near_or_too_much_would_be_compared():
    assert did_you_mean("x", ["gas", "coal"], "; it has gas, coal") == "; it has gas, coal"
    assert nearest_names("name-1", [f"name-{number}" for number in range(MOST_NAMES + 1)]) == ()


def test_more_names_are_looked_for_than_problems_are_shown():
    assert MOST_LOOKUPS == 2 * MOST_SHOWN
