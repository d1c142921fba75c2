"""The key reference is what the schema says."""

from tests.docs.pages import script

render = script("render_scenario_reference")


def test_the_page_is_up_to_date():
    assert render.PAGE.read_text(encoding="utf-8") == render.page(), "run python docs/render_scenario_reference.py"


def test_a_page_that_drifted_fails_the_check(tmp_path, monkeypatch):
    monkeypatch.setattr(render, "PAGE", tmp_path / "scenario-reference.md")
    assert render.main(["--check"]) == 1
    assert render.main([]) == 0
    assert render.main(["--check"]) == 0
    render.PAGE.write_text("old", encoding="utf-8")
    assert render.main(["--check"]) == 1


def test_every_key_of_every_part_is_listed():
    page = render.page()
    for part, _ in render.parts():
        for key in part.schema["properties"]:
            assert f"| `{key}` |" in page
