"""What a notebook shows of a loaded scenario."""

import powergap
from tests.conftest import SCENARIOS


def test_a_study_is_one_line_and_a_table_of_policies():
    study = powergap.load(SCENARIOS / "tiny/battery.yaml")
    policies = "['nothing', 'battery-alone', 'flexible-alone', 'both']"
    assert repr(study) == f"Study('battery', 2026-2026, policies={policies}, cases=['mid'])"
    assert study._repr_html_().count("<tr>") == 1 + 4


def test_titles_stay_text():
    shown = powergap.load(SCENARIOS / "tiny/battery.yaml", sets=["title=<script>alert(1)</script>"])._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
