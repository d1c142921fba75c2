"""Print class names and type aliases that more than one file of the package declares; each name has one meaning.

`python tests/names.py` prints a line for each such name with its files, and exits 1 if there is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = sorted((ROOT / "powergap").rglob("*.py"))


def declared(source: str) -> set[str]:
    """Names of the classes and type aliases that a file declares."""
    tree = ast.parse(source)
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} | set(_aliases(tree.body))


def _aliases(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names in CapWords that are given a value; a type variable means nothing beyond its file."""
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and not _is_type_variable(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            yield from (name for name in names if name.lstrip("_")[:1].isupper() and not name.isupper())


def _is_type_variable(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "TypeVar"


def repeated(files: Iterable[Path] = PACKAGE) -> Mapping[str, list[Path]]:
    """Names that more than one file declares, with their files."""
    homes: dict[str, list[Path]] = {}
    for file in files:
        for name in declared(file.read_text(encoding="utf-8")):
            homes.setdefault(name, []).append(file)
    return {name: found for name, found in sorted(homes.items()) if len(found) > 1}


def main() -> int:
    """Print what is repeated."""
    found = repeated()
    for name, files in found.items():
        sys.stdout.write(f"{name}: {', '.join(file.relative_to(ROOT).as_posix() for file in files)}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
