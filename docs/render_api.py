"""Write `api.md`, every public name of the package, from signatures and docstrings.

`python docs/render_api.py` rewrites the page, with `--check` it exits 1 if it is out of date.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import powergap

PAGE = Path(__file__).with_name("api.md")

INTRODUCTION = """\
<!-- Written by docs/render_api.py from the docstrings in powergap: change those instead. -->

# From Python

`import powergap` gives what every command does as a function, and what functions return as a class. Importing is quick:
the engine is loaded with the first name that needs it. All names are typed (`py.typed`). Folders and files are given as
text or `Path`. Examples can be run from top to bottom.

**What is stable.** The names on this page (`powergap.__all__`), the columns of tables, scenario keys and exit codes
follow semantic versioning (SemVer): none goes away or changes its meaning without a new major version
(before 1.0: a new minor version). Everything else, such as the modules below `powergap`, may move at any time.
"""

GROUPS = {
    "Scenarios": ("load", "load_outlook", "validate"),
    "Solving": ("solve", "hedge", "sweep"),
    "Run folders": ("write_run", "read_run", "audit"),
    "Questions to a run": ("compare", "explain", "what_if", "diagnose"),
    "Reports and exports": ("report", "export"),
    "What functions take and return": (
        "Study", "Outlook", "Run", "HedgeRun", "Sweep", "Check", "Comparison", "Explanation", "WhatIf", "Diagnosis",
    ),
    "Errors": (
        "PowergapError", "InputError", "Problem", "InfeasibleError", "SolverStoppedError", "AuditError",
    ),
}  # fmt: skip
"""Headings of the page and the names below them."""

SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Example):\n", re.MULTILINE)
HEADINGS = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Methods and properties": "Methods and properties",
    "Returns": "Returns",
    "Raises": "Raises",
}
ITEM = re.compile(r"^    (\S[^:\n]*): ", re.MULTILINE)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for heading, names in GROUPS.items():
        parts.append(f"## {heading}\n")
        parts += ["\n".join(described(name)) for name in names]
    return "\n".join(parts).rstrip() + "\n"


def described(name: str) -> Iterator[str]:
    """Heading, signature and docstring of one public name."""
    one = getattr(powergap, name)
    opening, sections = _sections(one)
    yield f"### {name}\n"
    if inspect.isfunction(one):
        yield f"```text\n{signature(one)}\n```\n"
    yield from (wrapped(paragraph) + "\n" for paragraph in opening.strip().split("\n\n"))
    if inspect.isclass(one):
        if issubclass(one, Exception):
            yield f"Exit code: {one.exit_code}.\n"
        bases = [base for base in one.__mro__ if base.__module__.startswith("powergap.")]
        sections["Attributes"] = "".join(_sections(base)[1].get("Attributes", "") for base in reversed(bases))
        sections["Methods and properties"] = "".join(_members(bases))
    for heading in HEADINGS:
        yield from _listed(heading, sections.get(heading, ""))
    if "Example" in sections:
        yield f"```python\nimport powergap\n\n{inspect.cleandoc(sections['Example'])}\n```\n"


def _sections(one: object) -> tuple[str, dict[str, str]]:
    """What a docstring opens with, and its sections by heading."""
    opening, *rest = SECTION.split(inspect.cleandoc(one.__doc__ or ""))
    return opening, dict(zip(rest[::2], (f"{text.rstrip()}\n" for text in rest[1::2]), strict=True))


def signature(function: Callable[..., object]) -> str:
    """How a function is called, as its file has it; an argument a line where one line is too short."""
    node = ast.parse(inspect.getsource(function)).body[0]
    named, by_name = node.args.args, node.args.kwonlyargs
    values = [None] * (len(named) - len(node.args.defaults)) + node.args.defaults + node.args.kw_defaults
    lines = [
        ast.unparse(one) + (f" = {ast.unparse(value)}" if value else "")
        for one, value in zip([*named, *by_name], values, strict=True)
    ]
    if by_name:
        lines.insert(len(named), "*")
    name, returned = f"powergap.{node.name}", ast.unparse(node.returns)
    short = f"{name}({', '.join(lines)}) -> {returned}"
    return (
        short if len(short) <= 100 else "\n".join([f"{name}(", *(f"    {one}," for one in lines), f") -> {returned}"])
    )


def _members(classes: Sequence[type]) -> Iterator[str]:
    """Public methods and properties by the first line of their docstrings; those of a base class come first."""
    found = {name: one for base in reversed(classes) for name, one in vars(base).items()}
    for name, member in found.items():
        is_method = inspect.isfunction(member)
        if name == "__getitem__" or (not name.startswith("_") and (is_method or isinstance(member, property))):
            shown = "[table]" if name == "__getitem__" else f".{name}{'()' if is_method else ''}"
            yield f"    {shown}: {(member.__doc__ or '').splitlines()[0]}\n"


def _listed(heading: str, text: str) -> Iterator[str]:
    """A section of a docstring as a list, or as a sentence where it names nothing."""
    names = ITEM.split(text)[1:]
    if text and heading == "Returns":
        yield wrapped(f"Returns: {text}") + "\n"
    elif names:
        yield f"{HEADINGS[heading]}:\n"
        for name, meaning in zip(names[::2], names[1::2], strict=True):
            yield wrapped(f"- `{name}`: {meaning}")
        yield ""


def wrapped(text: str) -> str:
    """Text in lines of 120 characters; those of a list's entry stand below its first word."""
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(
        " ".join(text.split()), 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    check = parser.parse_args(arguments).check
    new = page()
    if check:
        return int(not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
