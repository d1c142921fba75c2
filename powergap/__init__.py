"""powergap: the data-center power gap, what closes it, what it costs and which limit binds.

import powergap

study = powergap.load("us-2030")
run = powergap.solve(study)
run.gap_by_year()
powergap.compare([run, powergap.solve(powergap.load("us-2030", sets=["value_of.delayed_load_usd_per_kw_year=3000"]))])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from powergap.comparison import compare
    from powergap.run import hedge, solve
    from powergap.scenario import load, load_outlook

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "hedge", "load", "load_outlook", "solve"]

_HOME = {
    "load": "powergap.scenario",
    "load_outlook": "powergap.scenario",
    "solve": "powergap.run",
    "hedge": "powergap.run",
    "compare": "powergap.comparison",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import powergap` and `powergap --help` stay fast."""
    if name not in _HOME:
        msg = f"module 'powergap' has no attribute {name!r}"
        raise AttributeError(msg)
    import importlib

    return getattr(importlib.import_module(_HOME[name]), name)
