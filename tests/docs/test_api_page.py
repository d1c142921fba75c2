"""The page of the public names: up to date, whole, and an example for every function."""

import inspect

import powergap
from tests.docs.pages import blocks, script, sections

render = script("render_api")


def test_the_page_is_up_to_date():
    assert render.PAGE.read_text(encoding="utf-8") == render.page(), "run python docs/render_api.py"


def test_every_public_name_is_on_the_page_once():
    listed = [name for names in render.GROUPS.values() for name in names]
    assert sorted([*listed, "__version__"]) == sorted(powergap.__all__)


def test_every_function_tells_arguments_errors_and_has_an_example():
    functions = [name for name in powergap.__all__ if inspect.isfunction(getattr(powergap, name))]
    page = sections("api.md")
    for name in functions:
        told = page[name]
        assert "Raises:" in told and f"powergap.{name}(" in told.partition("```python")[2], name
        arguments = inspect.signature(getattr(powergap, name)).parameters
        assert not [one for one in arguments if f"- `{one}`: " not in told], name
    assert len(blocks("api.md", "python")) == len(functions)


def test_what_is_stable_is_said():
    assert "semantic versioning" in render.INTRODUCTION and "__all__" in render.INTRODUCTION
