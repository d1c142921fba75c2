"""A second opinion on typical days: tsam, the usual package for them, groups the same days no better.

tsam pins versions of what powergap is built on, so it has an environment of its own, and without it these tests are
skipped:

    python -m venv tsam
    tsam/bin/pip install tsam pytest hypothesis pydantic ruamel.yaml typer rich
    tsam/bin/pip install --no-deps --editable .
    tsam/bin/python -m pytest tests/chronology/test_against_tsam.py
"""

import numpy as np
import pandas as pd
import pytest

from powergap.chronology.clustering import features, typical_days
from powergap.eia import read_demand
from tests.eia.conftest import shared, year_of_load

tsam = pytest.importorskip("tsam", reason="tsam is not installed; it has an environment of its own, see this file")

WORSE = 0.001
"""Share by which our squared distance may be above tsam's. With tsam 4.1.1 it is 0 to 2% below it in the 13 regions:
the groups are mostly the same, and the day nearest to the mean of all has the least squared distance to them."""

COUNTS = (4, 8, 12, 24)


def distance(points, days_that_stand):
    """Squared distance of all days from those that stand for them."""
    return np.square(points - points[days_that_stand]).sum()


def ours(points, count):
    medoids, group = typical_days(points, count)
    return medoids[group]


def theirs(load, count):
    """Hierarchical grouping by Ward's method and medoids, tsam's defaults, without its rescaling to the mean."""
    hours = pd.DataFrame({"load": load.ravel()}, index=pd.date_range("2019-01-01", periods=8760, freq="h"))
    cluster = tsam.ClusterConfig(method="hierarchical", representation="medoid")
    found = tsam.aggregate(hours, n_clusters=count, cluster=cluster, preserve_column_means=False)
    return np.array(found.clustering.cluster_centers)[found.cluster_assignments]


def shares_above(load):
    """Our squared distance over tsam's, less 1, by number of days."""
    points = features([load])
    return {
        count: distance(points, ours(points, count)) / distance(points, theirs(load, count)) - 1 for count in COUNTS
    }


def test_days_are_no_farther_from_those_that_stand_for_them():
    """A plausible year, and one with weekends and weather of a seeded generator."""
    mild = year_of_load().to_numpy(dtype=float).reshape(365, 24)
    weather = np.random.default_rng(0).normal(1, 0.1, (365, 1)) * np.where(np.arange(365) % 7 < 5, 1, 0.85)[:, None]
    for load in (mild, mild * weather):
        assert max(shares_above(load).values()) <= WORSE


def test_real_days_are_no_farther_from_those_that_stand_for_them():
    """The load of 2019 in each of the 13 EIA-930 regions."""
    demand = read_demand([shared("eia930_cleaned_13regions_2015-07_2020-07_utc.csv.gz")]).mw.loc["2019"]
    found = pd.DataFrame({name: shares_above(demand[name].to_numpy().reshape(365, 24)) for name in demand})
    assert found.to_numpy().max() <= WORSE
