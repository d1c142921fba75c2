"""Every option that takes a number reads it by the one rule; an option that is added is tested by being there."""

from __future__ import annotations

import inspect
import typing

import pytest

from powergap.cli import app


def number_options():
    """Command and option for each parameter of a command that holds an int or a float."""
    for info in app.registered_commands:
        for name, hint in typing.get_type_hints(info.callback, include_extras=False).items():
            kinds = {hint, *typing.get_args(hint)}
            kinds |= {kind for one in kinds for kind in typing.get_args(one)}
            if kinds & {int, float}:
                annotation = inspect.signature(info.callback, eval_str=True).parameters[name].annotation
                declared = next(one for one in annotation.__metadata__ if hasattr(one, "param_decls"))
                words = [declared.default, *(declared.param_decls or ())]
                named = (word for word in words if isinstance(word, str) and word.startswith("--"))
                yield info.name, next(named, f"--{name.replace('_', '-')}")


def test_the_options_are_found():
    assert {("sweep", "--draws"), ("serve", "--port"), ("headroom", "--rate"), ("convert", "--pue")} <= set(
        number_options()
    )


@pytest.mark.parametrize("text", ["1_0", "0,5", "\u0661", "nan", "inf", "1 2", "1e999"])
@pytest.mark.parametrize(("command", "option"), sorted(set(number_options())))
def test_what_is_no_number_is_refused_with_the_option(powergap, command, option, text):
    done = powergap(command, option, text)
    assert done.code == 2
    assert f"Invalid value for '{option}'" in done.err
    assert "number" in done.err
