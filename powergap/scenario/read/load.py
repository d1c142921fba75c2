"""Scenario file -> Study: compose, resolve every policy under every case, and tell all problems at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from powergap.catalog import reader
from powergap.catalog.reader import Catalog
from powergap.catalog.schema import CatalogData
from powergap.errors import CONTROL, InputError, Problem, refuse_one_text
from powergap.scenario.file_schema import SECTIONS, ScenarioFile
from powergap.scenario.read.compose import (
    NAMED,
    Override,
    compose,
    compose_tree,
    idle_deletion,
    locate,
    read_override,
    with_overrides,
)
from powergap.scenario.read.document import LARGEST_INTEGER, MOST_LEVELS, FileReading, parse
from powergap.scenario.read.file_names import file_name_problems
from powergap.scenario.read.loading import Loading
from powergap.scenario.read.nodes import Map, Place, Scalar, find, is_null, plain, planted, with_node
from powergap.scenario.read.own_words import own_word_problems
from powergap.scenario.read.problems import problems_of
from powergap.scenario.read.projects import Told, rows_of, with_projects
from powergap.scenario.read.variants import Variants, portable
from powergap.scenario.study import Choice, Study


def load(
    path_or_name: str | os.PathLike[str],
    *,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    regions: Sequence[str] = (),
    catalog: Catalog | None = None,
) -> Study:
    """Load a scenario file, or a bundled scenario by name.

    Args:
        path_or_name: a file, or a name of `bundled_scenarios()`; a file of that name goes first.
        sets: `path=value`, value in YAML; laid over everything else, policies and cases included.
        policies: names of the policies to resolve; default all.
        cases: names of the cases to resolve; default all.
        regions: names of the regions to solve alone (`only_regions`); default all.
        catalog: default the bundled one.

    Returns:
        The scenario under every chosen policy and case, in the units that its keys end in.

    Raises:
        InputError: every problem in the file, what it extends, its policies and its cases.

    Example:
        study = powergap.load("us-2030", policies=["onsite-gas"], cases=["mid"], sets=["demand.base_gw=60"])
        print(study.title)
    """
    path = locate(path_or_name)
    reading = FileReading(path.parent)
    with reading.answering():
        asked = LoadOptions(sets, policies, cases, catalog, regions)
        return study_of(compose(path, reading), path, reading, path.stem, asked)


def read_study(
    document: Mapping[str, Any],
    *,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    catalog: Catalog | None = None,
    folder: FilePath | None = None,
) -> Study:
    """As `load`, for a document already in memory; relative paths count from `folder` (default: here).

    Raises:
        InputError: every problem; they name keys but no lines.
    """
    reading = FileReading(folder or FilePath())
    if odd := _odd(document, ()):
        raise InputError([odd])
    with reading.answering():
        composed = compose_tree(planted(document, Place("document")), reading.folder, reading)
        return study_of(composed, None, reading, "scenario", LoadOptions(sets, policies, cases, catalog))


UNHELD = "that no YAML file could hold (or too large a number)"


def _odd(value: Any, path: tuple[Any, ...]) -> Problem | None:
    """The first thing in data from memory that a YAML file could not hold."""
    place = Place("document", path=path)
    if len(path) > MOST_LEVELS:
        return Place("document", path=path[:3]).problem(f"nested deeper than {MOST_LEVELS} levels")
    if isinstance(value, Mapping):
        keys = [key for key in value if not isinstance(key, str | int) or isinstance(key, bool)]
        if keys:
            return place.problem(f"the key {keys[0]!r} is neither text nor a year")
        return next(filter(None, (_odd(below, (*path, key)) for key, below in value.items())), None)
    if isinstance(value, list | tuple):
        return next(filter(None, (_odd(below, (*path, at)) for at, below in enumerate(value))), None)
    if isinstance(value, str) and (mark := CONTROL.search(value)):
        return place.problem(f"the text holds the invisible character U+{ord(mark[0]):04X}; remove it")
    finite = type(value) in {int, float} and abs(value) < LARGEST_INTEGER
    sound = finite or value is None or type(value) in {str, bool}
    return None if sound else place.problem(f"a {type(value).__name__} {UNHELD}")


def read_document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A YAML file as plain data, nothing merged or resolved.

    Raises:
        InputError: the file cannot be read or is no map.
    """
    data: dict[str, Any] = plain(read_tree(path), keep_null=True)
    return data


def read_tree(path: str | os.PathLike[str]) -> Map:
    """A YAML file as a tree, nothing merged or resolved.

    Raises:
        InputError: the file cannot be read or is no map.
    """
    file = FilePath(path)
    reading = FileReading(file.parent)
    with reading.answering():
        tree = parse(reading.text(file), str(path), reading=reading)
        if not isinstance(tree, Map):
            raise InputError([tree.place.problem("expected a map of `key: value`")])
    return tree


@dataclass(frozen=True)
class LoadOptions:
    """The options of a load."""

    sets: Sequence[str]
    policies: Sequence[str] | None
    cases: Sequence[str] | None
    catalog: Catalog | None
    regions: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse what is no list of names."""
        for name in ("policies", "cases", "regions"):
            refuse_one_text(getattr(self, name) or (), name)


def study_of(composed: Map, path: FilePath | None, reading: FileReading, name: str, asked: LoadOptions) -> Study:
    """Everything after reading: the straight line from one composed document to its study."""
    rows = Told()
    composed = with_projects(composed, reading, rows)
    overrides = [replace(one, node=rows_of(one.node, reading, rows, one.path)) for one in read_overrides(asked.sets)]
    if asked.regions:
        overrides.append(Override(("only_regions",), planted(list(asked.regions), Place("--region"))))
    bare = with_overrides(composed, (one for one in overrides if one.path[0] in SECTIONS))
    whole = with_overrides(composed, overrides)
    if whole.get("name") is None:
        whole = with_node(whole, "name", Scalar(name, whole.place))
    sections, problems = sections_of(whole)
    problems += rows.problems
    variants = Variants(
        whole, composed, sections, tuple(one for one in overrides if one.path[0] not in SECTIONS), problems
    )
    problems += _idle_sets(overrides, composed, variants)
    chosen = variants.chosen(asked.policies, asked.cases)
    problems += [*file_name_problems(whole, chosen), *own_word_problems(whole)]
    loading = Loading(_catalog(sections, asked.catalog, problems, whole), whole, reading)
    for run in chosen:
        loading.add(run, variants.body(*run))
    for lever in variants.idle_levers():
        loading.try_lever(lever, variants.lever_body(lever))
    loading.finish(problems)
    document, base = plain(whole, keep_null=True), plain(bare, keep_null=True)
    return Study(
        name=str(document["name"]),
        title=document.get("title") or "",
        description=document.get("description") or "",
        path=path,
        runs=tuple(loading.runs.values()),
        policies={policy: _choice(sections.policies.get(policy)) for policy, _ in chosen},
        cases={case: _choice(sections.cases.get(case)) for _, case in chosen},
        levers={lever: _choice(data) for lever, data in sections.levers.items()},
        reference_policy=variants.reference_policy,
        default_case=variants.default_case,
        sweep=sections.sweep,
        warnings=tuple(
            map(reading.answered, dict.fromkeys([*rows.notes, *loading.warnings(), *loading.idle_levers(variants)]))
        ),
        composed=document,
        _portable=portable(document, base, variants, chosen),
        _used=loading.used_entries(),
        _trees=loading.trees,
        _whole=whole,
        _reading=reading,
    )


def _idle_sets(overrides: list[Override], composed: Map, variants: Variants) -> list[Problem]:
    """A `--set name=~` that deletes nothing."""
    return [
        one.node.place.problem(idle_deletion(one.path[1], composed, str(one.path[0])))
        for one in overrides
        if is_null(one.node) and len(one.path) == 2 and one.path[0] in NAMED
        if find(composed, one.path) is None and not variants.brought(str(one.path[0]), one.path[1])
    ]


def read_overrides(sets: Sequence[str]) -> list[Override]:
    """Every `--set` of the command line.

    Raises:
        InputError: all that cannot be read.
    """
    refuse_one_text(sets, "sets")
    overrides: list[Override] = []
    problems: list[Problem] = []
    for text in sets:
        try:
            overrides.append(read_override(text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return overrides


def sections_of(whole: Map) -> tuple[ScenarioFile, list[Problem]]:
    """The file's own sections; a section with errors is read as far as it goes."""
    tree = replace(whole, members={key: m for key, m in whole.members.items() if key in SECTIONS})
    data: dict[str, Any] = plain(tree)
    try:
        return ScenarioFile.model_validate(data), []
    except ValidationError as error:
        wrong = {error_["loc"][:2] for error_ in error.errors()}
        for section, *name in wrong:
            entries = data.get(str(section))
            if name and isinstance(entries, dict):
                entries.pop(name[0], None)
            else:
                data.pop(str(section), None)
        problems = problems_of(error, tree, ScenarioFile)
    try:
        return ScenarioFile.model_validate(data), problems
    except ValidationError:
        return ScenarioFile(), problems


def _catalog(sections: ScenarioFile, catalog: Catalog | None, problems: list[Problem], whole: Map) -> Catalog:
    """The catalog in force: the given or bundled one with the file's own entries, or those alone."""
    base = Catalog(CatalogData())
    if sections.catalog.bundled:
        base = reader.bundled() if catalog is None else catalog
    own = CatalogData.model_construct(None, **{key: getattr(sections.catalog, key) for key in CatalogData.model_fields})
    if own == CatalogData():
        return base
    try:
        return base.extended(own)
    except InputError as error:
        for problem in error.problems:
            section, _, name = problem.key.partition(".")
            node = find(whole, ("catalog", section, name.split(".")[0])) or find(whole, ("catalog",))
            problems.append(node.place.problem(problem.message) if node else problem)
        return base


def _choice(data: Any) -> Choice:
    if data is None:
        return Choice("")
    return Choice(data.title, data.description, tuple(getattr(data, "levers", ())))
