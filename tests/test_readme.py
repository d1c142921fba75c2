"""The README shows what powergap says today."""

import re

from powergap.text.summary import Summary, answer, summary_table
from tests.conftest import SCENARIOS

README = (SCENARIOS.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_in_the_readme_is_the_one_that_is_printed(solved):
    summary = Summary(solved("us-2030.yaml"))
    shown = re.sub(r"^    ", "", README, flags=re.MULTILINE)
    assert answer(summary) in shown
    for line in summary_table(summary, 104, ascii_only=False).rstrip().splitlines():
        assert line.rstrip() in shown


def test_the_commands_of_the_readme_can_be_pasted_into_a_fresh_clone():
    solve, test = re.findall(r"^    (python3 -m venv .*)$", README, flags=re.MULTILINE)
    assert solve.endswith("powergap solve scenarios/us-2030.yaml")
    assert test.endswith("pytest -n 2")
