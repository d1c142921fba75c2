"""The product's own rules as plain Pyomo: ordinary Params, Vars, Expressions and Constraints from the start."""

from __future__ import annotations

from itertools import product
from unittest.mock import patch

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs

from powergap import lp
from powergap.model import build


def param(*sets, array, doc=None):
    """A Pyomo Param with its values in a dict."""
    if not sets:
        return pyo.Param(initialize=np.asarray(array).item(), within=pyo.Any, doc=doc)
    labels = (_flat(key) if len(key) > 1 else key[0] for key in product(*sets))
    values = dict(zip(labels, np.asarray(array).ravel().tolist(), strict=True))
    return pyo.Param(*sets, initialize=values, within=pyo.Any, doc=doc)


def _flat(key):
    """`(("gas", "north"), 2030)` as `("gas", "north", 2030)`."""
    return tuple(label for part in key for label in (part if isinstance(part, tuple) else (part,)))


def build_plain(scenario):
    """The model without any of `powergap.lp`'s components."""
    kinds = {"Param": param, "Var": pyo.Var, "Expression": pyo.Expression, "Constraint": pyo.Constraint}
    with patch.multiple(lp, Objective=pyo.Objective, **kinds):
        return build(scenario).model


def hand_over(model):
    """HiGHS with the model in it, through Pyomo's persistent interface."""
    solver = Highs()
    solver.set_instance(model)
    return solver, solver._solver_model
