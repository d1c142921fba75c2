"""The page on other models lists every IAMC variable."""

from powergap.export.iamc import VARIABLES
from tests.docs.pages import DOCS

PAGE = (DOCS / "other-models.md").read_text(encoding="utf-8").replace("\\|", "|")


def test_every_variable_is_listed_with_its_unit():
    for variable in VARIABLES:
        starts = (f"| `{variable.name}`", f"| `{variable.name}|<")
        line = next(line for line in PAGE.splitlines() if line.startswith(starts))
        assert f"| {variable.unit.format(dollar_year=2025)} |" in line
