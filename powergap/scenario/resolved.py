"""The resolved scenario of a run folder, which anybody may have written: what is read of it unsolved is checked first.

Reports and exports read titles, headings and sources without resolving the scenario again, which takes seconds. What
they read has its shape here; everything else is checked by `read_study` where it is solved or audited.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from powergap.errors import InputError
from powergap.scenario.file_schema import SECTIONS, ScenarioFile
from powergap.scenario.read.load import read_tree
from powergap.scenario.read.named_files import from_here
from powergap.scenario.read.nodes import plain
from powergap.scenario.read.problems import problems_of


class _Read(BaseModel):
    """What is said to be there is; more may be, unread."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _Entry(_Read):
    title: str | None = None
    kind: str | None = None
    group: str | None = None


class _Body(_Read):
    regions: dict[str, _Entry | None] | None = None
    technologies: dict[str, _Entry | None] | None = None


class _Layer(_Read):
    set: _Body | None = None


class _Item(_Read):
    facts: _Entry | None = None


class _Catalog(_Read):
    technologies: dict[str, _Item] | None = None


class _Resolved(_Body):
    name: str
    title: str | None = None
    description: str | None = None
    dollar_year: int
    catalog: _Catalog | None = None
    levers: dict[str, _Layer | None] | None = None
    policies: dict[str, _Layer | None] | None = None
    cases: dict[str, _Layer | None] | None = None


def read_resolved(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The resolved scenario of a run as plain data, nothing merged; files that it names open from here.

    Raises:
        InputError: the file cannot be read, or something that is read of it has another shape; every problem.
    """
    tree = from_here(read_tree(path), Path(path).parent)
    data: dict[str, Any] = plain(tree)
    problems = []
    for model, part in ((ScenarioFile, {key: data[key] for key in SECTIONS if key in data}), (_Resolved, data)):
        try:
            model.model_validate(part)
        except ValidationError as error:
            problems += problems_of(error, tree, model)
    if problems:
        raise InputError(sorted(dict.fromkeys(problems)))
    document: dict[str, Any] = plain(tree, keep_null=True)
    return document
