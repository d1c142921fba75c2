"""powergap: the data-center power gap, what closes it, what it costs and which limit binds.

import powergap

study = powergap.load("us-2030")
run = powergap.solve(study)
run.gap_by_year()
powergap.compare([run, powergap.solve(powergap.load("us-2030", sets=["value_of.delayed_load_usd_per_kw_year=3000"]))])
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from powergap.api import audit, diagnose, export, report
    from powergap.comparison import Comparison, compare
    from powergap.errors import AuditError, InfeasibleError, InputError, PowergapError, Problem, SolverStoppedError
    from powergap.explain.diagnosis.words import Diagnosis
    from powergap.explain.explanation import Explanation, explain
    from powergap.explain.what_if import WhatIf, what_if
    from powergap.results.hedge import HedgeRun
    from powergap.results.manifest import Check
    from powergap.results.run import Run
    from powergap.results.run_folder import read_run, write_run
    from powergap.run import hedge, solve
    from powergap.scenario.futures import Outlook, load_outlook
    from powergap.scenario.read.load import load
    from powergap.scenario.study import Study
    from powergap.sweep.sweep import Sweep, sweep
    from powergap.validation import validate

__version__ = "0.1.0"
__all__ = [
    "AuditError",
    "Check",
    "Comparison",
    "Diagnosis",
    "Explanation",
    "HedgeRun",
    "InfeasibleError",
    "InputError",
    "Outlook",
    "PowergapError",
    "Problem",
    "Run",
    "SolverStoppedError",
    "Study",
    "Sweep",
    "WhatIf",
    "__version__",
    "audit",
    "compare",
    "diagnose",
    "explain",
    "export",
    "hedge",
    "load",
    "load_outlook",
    "read_run",
    "report",
    "solve",
    "sweep",
    "validate",
    "what_if",
    "write_run",
]

_NAMES = {
    "api": "audit diagnose export report",
    "audit.check": "Check",
    "comparison": "Comparison compare",
    "errors": "AuditError InfeasibleError InputError PowergapError Problem SolverStoppedError",
    "explain.diagnosis.words": "Diagnosis",
    "explain.explanation": "Explanation explain",
    "explain.what_if": "WhatIf what_if",
    "results.hedge": "HedgeRun",
    "results.run": "Run",
    "results.run_folder": "read_run write_run",
    "run": "hedge solve",
    "scenario.futures": "Outlook load_outlook",
    "scenario.read.load": "load",
    "scenario.study": "Study",
    "sweep.sweep": "Sweep sweep",
    "validation": "validate",
}
_HOME = {name: f"powergap.{module}" for module, names in _NAMES.items() for name in names.split()}
"""Where each public name is defined."""


class _Package(ModuleType):
    """This package, in which `audit` or `sweep` is the function even after a subpackage of that name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import powergap` and `powergap --help` stay fast."""
    if name not in _HOME:
        msg = f"module 'powergap' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return __all__
