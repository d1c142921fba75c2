"""The tables of EIA-930 that are known by their columns: those that are read, and those that hold no hourly demand.

Long tables have a row an hour and region, and columns that say what a row is about. Each of these columns is known
here, as one that is read or as one that only says again what another says; an unknown one is a question to the user,
since rows that differ in it must not be taken for one region.

| columns of | described at |
|---|---|
| EIA's files `EIA930_BALANCE`, `EIA930_SUBREGION`, `EIA930_INTERCHANGE` | eia.gov/electricity/gridmonitor/about |
| EIA's API, routes below `electricity/rto` | eia.gov/opendata |
| PUDL's tables `core_eia930__*`, `out_eia930__*` | catalystcoop-pudl.readthedocs.io, data dictionary |

All of them stamp the end of an hour, in UTC: PUDL keeps EIA's stamps, and a MWh in an hour is a MW.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from powergap.eia.text_table import place, unknown_name
from powergap.errors import InputError, Problem

COUNTERS = frozenset({"", "Unnamed: 0", "index", "rowid"})
"""Columns that number the rows, as pandas and databases write them."""


@dataclass(frozen=True)
class Layout:
    """A long table that is read.

    Attributes:
        name: what records and messages call it.
        known_by: columns that no other table has.
        stamp: UTC end of the hour.
        authority: balancing authority or region.
        part: sub-region of the authority; empty where rows are about whole authorities.
        values: demand, MW; the first that says something counts. The last is demand as reported.
        kind: column of kinds of values, of which `demand` is read; empty where all rows are demand.
        demand: the kind that is demand.
        unit: column of units; empty where the columns' names have it.
        says_again: columns that name again what another names, or give the time on another clock.
    """

    name: str
    known_by: frozenset[str]
    stamp: str
    authority: str
    values: tuple[str, ...]
    says_again: frozenset[str]
    part: str = ""
    kind: str = ""
    demand: str = ""
    unit: str = ""

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which it cannot be read."""
        columns = (self.authority, self.part, self.stamp, self.kind, self.values[-1], self.unit)
        return tuple(name for name in columns if name)


EIA_TIMES = {"Data Date", "Hour Number", "Local Time at End of Hour"}
FILE_UTC, FILE_DEMAND = "UTC Time at End of Hour", "Demand (MW)"
UNITS = ("megawatthours", "megawatts", "mwh", "mw")

BALANCE = Layout(
    "EIA-930 balance",
    frozenset({"Balancing Authority"}),
    FILE_UTC,
    "Balancing Authority",
    ("Demand (MW) (Adjusted)", FILE_DEMAND),
    frozenset({*EIA_TIMES, "Region"}),
)
LAYOUTS = (
    Layout(
        "EIA-930 sub-region",
        frozenset({"Sub-Region"}),
        FILE_UTC,
        "Balancing Authority",
        (FILE_DEMAND,),
        frozenset({*EIA_TIMES, "Region"}),
        part="Sub-Region",
    ),
    BALANCE,
    Layout(
        "EIA API region-sub-ba-data",
        frozenset({"subba"}),
        "period",
        "parent",
        ("value",),
        frozenset({"subba-name", "parent-name"}),
        part="subba",
        unit="value-units",
    ),
    Layout(
        "EIA API region-data",
        frozenset({"respondent"}),
        "period",
        "respondent",
        ("value",),
        frozenset({"respondent-name", "type-name"}),
        kind="type",
        demand="D",
        unit="value-units",
    ),
    Layout(
        "PUDL sub-region demand",
        frozenset({"balancing_authority_subregion_code_eia"}),
        "datetime_utc",
        "balancing_authority_code_eia",
        ("demand_reported_mwh",),
        frozenset({"balancing_authority_subregion_name_eia", "balancing_authority_name_eia", "timezone"}),
        part="balancing_authority_subregion_code_eia",
    ),
    Layout(
        "PUDL operations",
        frozenset({"balancing_authority_code_eia"}),
        "datetime_utc",
        "balancing_authority_code_eia",
        ("demand_adjusted_mwh", "demand_reported_mwh"),
        frozenset({"balancing_authority_name_eia", "timezone"}),
    ),
)
"""In the order in which they are tried: one with parts goes before the whole."""

REFUSED = (
    ({"Directly Interconnected Balancing Authority"}, "EIA-930 interchange", "an EIA930_BALANCE file has demand"),
    ({"fromba"}, "EIA API interchange-data", "route electricity/rto/region-data has demand"),
    ({"fueltype"}, "EIA API fuel-type-data", "route electricity/rto/region-data has demand"),
    ({"period", "timezone"}, "EIA API daily values", "route electricity/rto/region-data has hours"),
    (
        {"balancing_authority_code_adjacent_eia"},
        "PUDL hourly interchange",
        "core_eia930__hourly_operations has demand",
    ),
    (
        {"generation_energy_source"},
        "PUDL net generation by source",
        "core_eia930__hourly_operations has demand",
    ),
    (
        {"aggregation_group"},
        "PUDL aggregated demand",
        "out_eia930__hourly_operations has the demand of each authority, which --regions adds up",
    ),
    (
        {"date_time", "cleaned demand (MW)"},
        "a cleaned file of one region",
        "join the regions' columns of cleaned demand by hour, beside a column datetime_utc",
    ),
)
"""Columns by which a table is known that holds something else, its name, and where demand is."""


def layout_of(path: Path, header: Sequence[str]) -> Layout | None:
    """The long table that a file is; None where it is none that is known.

    Raises:
        InputError: it is known and cannot be read: it has no hourly demand, lacks a column, or has one that is unknown.
    """
    columns = set(header)
    for known_by, name, way in REFUSED:
        if known_by <= columns:
            raise InputError([Problem(str(path), 1, 1, "", f"this is {name}, which is not read: {way}")])
    layout = next((one for one in LAYOUTS if one.known_by <= columns), None)
    if layout is None and (FILE_UTC in columns or path.name.upper().startswith("EIA930_BALANCE")):
        layout = BALANCE
    if layout is not None and (problems := [*_missing(path, header, layout), *_unknown(path, header, layout)]):
        raise InputError(problems)
    return layout


def _missing(path: Path, header: Sequence[str], layout: Layout) -> list[Problem]:
    return [
        Problem(
            str(path), 1, 1, name, f"no such column of {layout.name}{unknown_name(name, header)}{_local(name, header)}"
        )
        for name in layout.needed
        if name not in header
    ]


def _local(name: str, header: Collection[str]) -> str:
    if name == FILE_UTC and "Local Time at End of Hour" in header:
        return " Local time has one hour twice and one never a year; the UTC column is needed."
    return ""


def _unknown(path: Path, header: Sequence[str], layout: Layout) -> list[Problem]:
    """Columns that may say what a row is about. Amounts carry their unit, and are passed over."""
    known = {*layout.needed, *layout.values, *layout.says_again, *COUNTERS}
    said = (
        f"{layout.name} has no such column. Does it say what a row is about, such as a part of the region? "
        "Then keep the rows that are meant. Either way leave the column out"
    )
    return [
        place(path, 1, field, said, name)
        for field, name in enumerate(header)
        if name not in known and "(MW" not in name and "_mwh" not in name
    ]
