"""Solve futures as an extensive form with mpi-sppy; run by test_hedge.py in a Python that has it, and not powergap.

    python check_with_mpisppy.py FOLDER

FOLDER holds `<future>.npz`, the arrays of each future's linear program, and `tree.json` with the probabilities and the
columns that are decided before it is known which future comes true. The last line printed is the least expected cost.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
from mpisppy.opt.ef import ExtensiveForm
from mpisppy.utils import sputils

FOLDER = Path(sys.argv[1])
TREE = json.loads((FOLDER / "tree.json").read_text())


def bound(value):
    """A bound as Pyomo wants it: none where there is none."""
    return float(value) if np.isfinite(value) else None


def future(name):
    """An ordinary Pyomo model of the arrays, with its decisions of the first stage."""
    with np.load(FOLDER / f"{name}.npz") as arrays:
        a = {key: arrays[key] for key in arrays.files}
    offset = json.loads(a["about"].tobytes())["offset"]
    model = pyo.ConcreteModel(name)
    columns = range(len(a["cost"]))
    model.x = pyo.Var(columns, bounds=lambda m, j: (bound(a["column_lower"][j]), bound(a["column_upper"][j])))
    model.rows = pyo.ConstraintList()
    for i, (start, stop) in enumerate(pairwise(a["start"])):
        activity = sum(float(a["value"][k]) * model.x[int(a["index"][k])] for k in range(start, stop))
        low, high = bound(a["row_lower"][i]), bound(a["row_upper"][i])
        if start < stop and (low, high) != (None, None):
            model.rows.add(activity == low if low == high else (low, activity, high))
    cost = sum(float(a["cost"][j]) * model.x[j] for j in columns if a["cost"][j]) + offset
    model.total = pyo.Objective(expr=cost)
    sputils.attach_root_node(model, 0.0, [model.x[j] for j in TREE["shared"]])
    model._mpisppy_probability = TREE["probability"][name]
    return model


tree = ExtensiveForm({"solver": "appsi_highs"}, list(TREE["probability"]), future)
results = tree.solve_extensive_form()
pyo.assert_optimal_termination(results)
print(tree.get_objective_value())  # noqa: T201
