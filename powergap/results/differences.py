"""What differs between runs: answers and inputs, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Differences:
    """Differences between runs; the first is the base.

    Attributes:
        labels: what each run is called here, the base first.
        results: a row per policy, case, quantity and year, a column per run, and `<run> - <base>`.
        inputs: a row per key of the resolved scenarios that differs, `where` (policies and cases; empty for
            all that the runs have in common), and a column per run; None where absent.
        notes: policies, cases and years that only some of the runs have, and runs that are not optimal.
    """

    labels: tuple[str, ...]
    results: pd.DataFrame
    inputs: pd.DataFrame
    notes: tuple[str, ...]
