"""A check: what must hold, whether it does, and where it holds least."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from powergap.arrays import Floats
from powergap.results.manifest import Check

RELATIVE = 1e-6
"""What two figures may differ by, as a share of the larger one: what the certificate lets a row be off."""

FLOORS = {"USD/yr": 1e6, "t/yr": 1e6}
"""Size below which differences count as absolute: 1 M$, 1 Mt, else 1 of the unit (1 GW, 1 GWh)."""


@dataclass(frozen=True)
class Rule:
    """What must hold, named and said in a planner's words.

    Attributes:
        name: short name, the same in every run.
        sentence: what must hold.
        unit: unit of a breach.
        rows: constraints of the linear program that it recomputes from the tables.
    """

    name: str
    sentence: str
    unit: str
    rows: tuple[str, ...] = ()


class AuditReport:
    """Collects findings; of each rule the worst one over all policies and cases is kept."""

    def __init__(self) -> None:
        """Start with nothing compared."""
        self._checks: dict[str, tuple[float, Check]] = {}
        """By rule: share of its tolerance that the worst breach is, and the check."""

    @property
    def checks(self) -> list[Check]:
        """One check a rule, in the order in which the rules were first applied."""
        return [check for _, check in self._checks.values()]

    def add(self, rule: Rule, breach: float, tolerance: float, where: str, compared: int) -> None:
        """Count a finding; it is the worst if its breach is the largest share of its tolerance so far."""
        share = breach / tolerance
        if rule.name in self._checks:
            largest, old = self._checks[rule.name]
            compared += old.compared
            if share <= largest:
                self._checks[rule.name] = largest, old.model_copy(update={"compared": compared})
                return
        self._checks[rule.name] = (
            share,
            Check(
                name=rule.name,
                sentence=rule.sentence,
                passed=breach <= tolerance,
                worst=breach if math.isfinite(breach) else None,
                tolerance=tolerance,
                unit=rule.unit,
                where=where if breach > 0 else "",
                compared=compared,
            ),
        )

    def told(self, rule: Rule, problems: Sequence[str], compared: int) -> None:
        """Count things that are right or wrong; `problems` says which are wrong."""
        shown = "; ".join(problems[:3]) + (f"; {len(problems) - 3} more" if len(problems) > 3 else "")
        self.add(rule, float(len(problems)), 0.5, shown, compared)


class Checker:
    """Applies rules to arrays of one policy and case, and names the place of the worst figure."""

    def __init__(self, report: AuditReport, name: str, labels: Mapping[str, Sequence[object]]) -> None:
        """Take the report, the policy and case in words, and the labels of each axis."""
        self.report, self.name, self.labels = report, name, labels

    def equal(
        self, rule: Rule, axes: Iterable[str], found: Floats, expected: Floats, size: Floats | None = None
    ) -> None:
        """Let two arrays be equal within a share of their size (or of the given one)."""
        found, expected = np.broadcast_arrays(found, expected)
        scale = np.maximum(np.abs(found), np.abs(expected)) if size is None else size
        self._judge(rule, tuple(axes), np.abs(found - expected), scale)

    def at_most(self, rule: Rule, axes: Iterable[str], used: Floats, limit: Floats, size: Floats | None = None) -> None:
        """Let one array nowhere exceed another."""
        used, limit = np.broadcast_arrays(used, limit)
        scale = np.maximum(np.abs(used), np.abs(limit)) if size is None else size
        self._judge(rule, tuple(axes), np.maximum(used - limit, 0.0), scale)

    def _judge(self, rule: Rule, axes: tuple[str, ...], breach: Floats, scale: Floats) -> None:
        """Report the worst place. What is not a number is missing in a table, which has a rule of its own."""
        tolerance = RELATIVE * np.maximum(scale, FLOORS.get(rule.unit, 1.0))
        ratio = np.nan_to_num(breach / tolerance, nan=-1.0, posinf=np.inf)
        if not ratio.size or ratio.max() < 0:
            self.report.add(rule, 0.0, RELATIVE, "", 0)
            return
        worst = np.unravel_index(int(ratio.argmax()), ratio.shape)
        allowed = float(np.broadcast_to(tolerance, ratio.shape)[worst])
        where = ", ".join([self.name, *self._names(axes, worst)]).strip(", ")
        self.report.add(rule, float(breach[worst]), allowed, where, ratio.size)

    def _names(self, axes: tuple[str, ...], position: Sequence[Any]) -> list[str]:
        """The labels of a position; labels that have several parts are told part by part."""
        names = []
        for axis, index in zip(axes, position, strict=True):
            label = self.labels[axis][int(index)]
            parts = label if isinstance(label, tuple) else (axis, label)
            names.append(" ".join(str(part) for part in parts if part != ""))
        return names
