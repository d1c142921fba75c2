"""Rows of powergap that PyPSA has no component for, for `n.optimize(..., extra_functionality=...)`.

    import pypsa
    from extra_functionality import extra_functionality

    n = pypsa.Network()
    n.import_from_csv_folder("network")
    n.optimize(multi_investment_periods=True, include_objective_constant=False, extra_functionality=extra_functionality)

Each row of extra/rows.csv reads `lower <= sum of coefficient x variable <= upper`; its terms are in extra/terms.csv,
the variables that no component has in extra/variables.csv.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "extra"


def extra_functionality(n: Any, snapshots: Any) -> None:
    """Add the variables and rows to `n.model`."""
    variables, rows, terms = (
        pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False, dtype={"timestep": str, "name": str})
        for name in ("variables", "rows", "terms")
    )
    if len(variables):
        index = pd.Index(variables["name"], name="extra")
        bounds = {side: pd.Series(variables[side].astype(float).to_numpy(), index) for side in ("lower", "upper")}
        n.model.add_variables(**bounds, name="extra")
    terms["label"] = -1
    for (component, attribute), part in terms.groupby(["component", "attribute"], sort=False):
        terms.loc[part.index.to_list(), "label"] = labels(n.model, str(component), str(attribute), part, snapshots)
    if (terms["label"] < 0).any():
        message = f"a term names a variable that is not there: {terms[terms['label'] < 0].iloc[0].to_dict()}"
        raise KeyError(message)
    for block, of_block in rows.groupby("block", sort=False):
        add_rows(n.model, str(block), of_block, terms[terms["row"].isin(of_block["row"])])


def labels(model: Any, component: str, attribute: str, terms: pd.DataFrame, snapshots: Any) -> np.ndarray:
    """Numbers that linopy gives to the variables of some terms."""
    found = model.variables[f"{component}-{attribute}" if component else "extra"].labels
    names = found.get_index("name" if component else "extra").get_indexer(terms["name"])
    if attribute not in ("p", "e"):
        return np.where(names < 0, -1, found.values[names])
    steps = snapshots.get_indexer(pd.MultiIndex.from_frame(terms[["period", "timestep"]]))
    there = (names >= 0) & (steps >= 0)
    return np.where(there, found.transpose("snapshot", "name").values[steps, names], -1)


def add_rows(model: Any, block: str, rows: pd.DataFrame, terms: pd.DataFrame) -> None:
    """Add the rows of a block, a sense at a time."""
    import xarray as xr
    from linopy import LinearExpression

    lower, upper = rows["lower"].astype(float), rows["upper"].astype(float)
    equal = lower == upper
    for sense, limits in (
        ("=", lower[equal]), (">=", lower[~equal & np.isfinite(lower)]), ("<=", upper[~equal & np.isfinite(upper)])
    ):  # fmt: skip
        if not len(limits):
            continue
        names = rows.loc[limits.index, "row"]
        part = terms[terms["row"].isin(names)]
        row = pd.Index(names).get_indexer(part["row"])
        place = part.groupby("row").cumcount().to_numpy()
        shape = (len(names), int(place.max()) + 1)
        coefficients, numbers = np.full(shape, np.nan), np.full(shape, -1)
        coefficients[row, place], numbers[row, place] = part["coefficient"], part["label"]
        dims = ("extra_row", "_term")
        data = xr.Dataset({"coeffs": (dims, coefficients), "vars": (dims, numbers)}, {"extra_row": names.to_numpy()})
        side = xr.DataArray(limits.to_numpy(), {"extra_row": names.to_numpy()}, ["extra_row"])
        model.add_constraints(LinearExpression(data, model), sense, side, name=f"extra-{block}{sense}")
