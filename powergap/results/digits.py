"""As many digits as a solver proves: what is less than its tolerance is 0, and the noise behind it is left out.

HiGHS holds every row of the scaled program to 1e-7 and the certificate to a millionth. Ten significant digits keep a
thousandth of that, so that rounding is nothing to the audit's 1e-6 even where many figures are summed. None of them is
below 1e-12 of the program's unit (1 mW where it counts in GW) or below a cent: at 10,000 $ per kW a GW costs 10 billion
dollars, and 1e-12 of that is the cent to which a cost is given.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from powergap.arrays import Floats

SIGNIFICANT = 10
DECIMALS = 12
"""Of GW, GWh, Mt, h, M$ and shares."""
OF_DOLLARS, OF_TONNES = 2, 3
"""The program counts in M$ and Mt, a million times these."""


def clean(table: pd.DataFrame, unit: float = 1.0) -> pd.DataFrame:
    """The table with its numbers rounded; words, whole numbers and empty cells as they are.

    Args:
        table: units in the names of its columns.
        unit: what the linear program counts in, GW or M$; 1 but for small scenarios.
    """
    finer = -math.floor(math.log10(unit))
    rounded = {
        name: _rounded(table[name].to_numpy(float), _decimals(str(name)) + finer)
        for name in table
        if pd.api.types.is_float_dtype(table[name])
    }
    return table.assign(**{str(name): values for name, values in rounded.items()})


def difference(values: Floats, base: Floats) -> Floats:
    """What values have beyond a base, [any], to the digits that the larger of the two is given to.

    >>> difference(np.array([0.3, 1e-5]), np.array([0.1, 2e-5])).tolist()
    [0.2, -1e-05]
    """
    size = np.fmax(np.abs(values), np.abs(base))
    leading = np.floor(np.log10(np.where(np.isfinite(size) & (size > 0), size, 1.0)))
    return _rounded(values - base, SIGNIFICANT - 1 - leading)


def _decimals(column: str) -> int:
    words = column.split("_")
    if "usd" in words and ("per" not in words or "unit" in words):
        return OF_DOLLARS
    return OF_TONNES if words[-1] == "t" else DECIMALS


def _rounded(values: Floats, decimals: int | Floats) -> Floats:
    """Values to so many decimals and at most `SIGNIFICANT` digits, [any]; never -0.0.

    >>> _rounded(np.array([-1.7e-18, 0.1 + 0.2, 183_300_123_456.789]), 9).tolist()
    [0.0, 0.3, 183300123500.0]
    """
    size = np.abs(values, where=np.isfinite(values), out=np.ones_like(values))
    leading = np.floor(np.log10(np.maximum(size, 10.0**-decimals)))
    places = np.minimum(decimals, SIGNIFICANT - 1 - leading)
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    result: Floats = np.round(values * up / down) * down / up + 0.0
    return result
