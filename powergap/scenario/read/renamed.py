"""Keys and catalog names that were called something else before 0.1, so that an older file is told the new name."""

from __future__ import annotations

KEYS = {
    "worth": "value_of",
    "gap_usd_per_kw_year": "delayed_load_usd_per_kw_year",
    "placed_deliveries_gw_per_year": "committed_deliveries_gw_per_year",
    "share_of_placed_deliveries_fraction": "share_of_committed_deliveries_fraction",
    "placed_duration_h": "committed_duration_h",
    "gap_worth_usd_per_kw_year": "value_of_delayed_load_usd_per_kw_year",
    "us_wanted_additions_gw_per_year": "us_demand_additions_gw_per_year",
}


def now_called(name: object) -> str:
    """`; it is called `x` now` for a name of before, else nothing.

    >>> now_called("worth")
    '; it is called `value_of` now'
    >>> now_called("cal_share_of_wanted_additions_fraction")
    '; it is called `cal_share_of_demand_additions_fraction` now'
    """
    old = str(name)
    new = KEYS.get(old) or old.replace("share_of_wanted_additions", "share_of_demand_additions")
    return f"; it is called `{new}` now" if new != old else ""
