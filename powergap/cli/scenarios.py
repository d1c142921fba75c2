"""`powergap scenarios`, `validate`, `new` and `schema`: what helps to write a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from powergap.cli import help as shared
from powergap.cli.help import Json, Quiet, examples
from powergap.cli.screen import Screen
from powergap.errors import InputError, Problem

if TYPE_CHECKING:
    from powergap.scenario import Study


def scenarios(app: typer.Typer) -> None:
    """Register `scenarios`."""
    epilog = examples("powergap scenarios", "powergap new my-gap --from published/morgan-stanley-2025-11")
    app.command("scenarios", short_help="List the bundled scenarios.", epilog=epilog + shared.EXIT_CODES)(
        list_scenarios
    )


def validate(app: typer.Typer) -> None:
    """Register `validate`."""
    epilog = examples("powergap validate my.yaml", "powergap validate us-2030 --set demand.base_gw=60 --json")
    app.command("validate", short_help="Check a scenario and list every problem.", epilog=epilog + shared.EXIT_CODES)(
        validate_scenario
    )


def new(app: typer.Typer) -> None:
    """Register `new`."""
    epilog = examples(
        "powergap new my-region",
        "powergap new my-gap --from published/morgan-stanley-2025-11 --to scenarios/my-gap.yaml --force",
    )
    app.command("new", short_help="Write a commented starter scenario.", epilog=epilog + shared.EXIT_CODES)(
        new_scenario
    )


def schema(app: typer.Typer) -> None:
    """Register `schema`."""
    epilog = examples(
        "powergap schema --to scenario.schema.json",
        "# then, as the first line of a scenario:",
        "# yaml-language-server: $schema=scenario.schema.json",
    )
    app.command("schema", short_help="Write the JSON Schema of scenario files.", epilog=epilog + shared.EXIT_CODES)(
        write_schema
    )


def list_scenarios(as_json: Json = False, quiet: Quiet = False) -> None:
    """List the bundled scenarios, to solve by name or to copy with `powergap new NAME --from SCENARIO`."""
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.scenario import bundled_scenarios
        from powergap.scenario.read.compose import compose
        from powergap.scenario.read.nodes import plain
        from powergap.text.layout import Column, table

        titles = {name: plain(compose(path)).get("title", "") for name, path in bundled_scenarios().items()}
        if as_json:
            screen.json([{"name": name, "title": title} for name, title in titles.items()])
        else:
            columns = [
                Column("scenario", list(titles), right=False),
                Column("title", list(titles.values()), right=False, wraps=30),
            ]
            screen.data(table(columns, screen.width, ascii_only=screen.ascii_only))


def validate_scenario(
    scenario: Annotated[str, shared.SCENARIO],
    sets: Annotated[list[str] | None, shared.SET] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check a scenario under all its policies and cases and list every problem with its file and line."""
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.validation import validate as checked

        study = checked(scenario, sets=sets or ())
        for warning in study.warnings:
            screen.say(f"warning: {warning}")
        if as_json:
            screen.json(_described(study))
        else:
            screen.data(f"valid: {_counted(study)}\n")


def _described(study: Study) -> dict[str, Any]:
    return {
        "valid": True,
        "name": study.name,
        "policies": list(study.policies),
        "cases": list(study.cases),
        "reference_policy": study.reference_policy,
        "default_case": study.default_case,
        "problems": [],
        "warnings": [warning.as_record() for warning in study.warnings],
    }


def _counted(study: Study) -> str:
    """`10 policies x 3 cases, 2026-2030, 1 region`."""
    first = study.runs[0]
    policies, cases, regions = len(study.policies), len(study.cases), len(first.regions)
    return (
        f"{policies} {'policy' if policies == 1 else 'policies'} x {cases} case{'s' * (cases != 1)}, "
        f"{first.years.first}-{first.years.last}, {regions} region{'s' * (regions != 1)}"
    )


def new_scenario(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario.")],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; default NAME.yaml.")] = None,
    copy_of: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SCENARIO",
            help="A bundled scenario to copy (`powergap scenarios`); default a commented starter.",
            autocompletion=shared.complete_scenario,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a new scenario, a commented starter or a copy of a bundled one, and print its path."""
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.scenario import starter

        target = to or Path(f"{name}.yaml")
        text = starter(name, copy_of)
        _refuse_existing(target, force=force)
        _write(target, text, replaces=force)
        if as_json:
            screen.json({"file": str(target)})
        else:
            screen.data(f"{target}\n")
        screen.say(f"edit it, then: powergap solve {target}")


def write_schema(
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; default stdout.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the JSON Schema of scenario files, for completion and checks in an editor."""
    screen = Screen(as_json, quiet=quiet)
    with screen.telling():
        from powergap.scenario import json_schema

        found = json_schema()
        if to is None:
            screen.json(found)
            return
        _write(to, json.dumps(found, indent=2, ensure_ascii=False) + "\n", replaces=True)
        if as_json:
            screen.json({"file": str(to)})
        else:
            screen.data(f"{to}\n")


def _refuse_existing(target: Path, *, force: bool) -> None:
    if (target.exists() or target.is_symlink()) and not force:
        raise InputError([Problem(str(target), 0, 0, "", "already exists; --force replaces it")])


def _write(target: Path, text: str, *, replaces: bool) -> None:
    from powergap.files.atomic import file_written_aside

    with file_written_aside(target, replaces=replaces) as aside:
        aside.write_text(text, encoding="utf-8")
