"""What a notebook shows of a loaded scenario."""

import powergap
from tests.conftest import SCENARIOS


def test_a_study_is_one_line_and_a_table_of_policies():
    study = powergap.load(SCENARIOS / "tiny/battery.yaml")
    policies = "['nothing', 'battery-alone', 'flexible-alone', 'both']"
    assert repr(study) == f"Study('battery', 2026-2026, policies={policies}, cases=['mid'])"
    assert study._repr_html_().count("<tr>") == 1 + 4


def test_titles_stay_text(tmp_path):
    path = tmp_path / "loud.yaml"
    path.write_text(
        f"extends: {SCENARIOS / 'tiny/battery.yaml'}\nname: loud\ntitle: <script>alert(1)</script>\n", encoding="utf-8"
    )
    shown = powergap.load(path)._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
