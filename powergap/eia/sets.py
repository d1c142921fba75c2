"""A profile set: one year of real hours as a scenario reads them, with a record of where they come from."""

from __future__ import annotations

import hashlib
import json
import re
import zoneinfo
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from powergap.eia.demand import SystemDemand
from powergap.eia.headroom import headroom_gw, seasonal_peaks_gw
from powergap.eia.stuck import LOAD_HOURS
from powergap.eia.treatment import HIGHEST, INTERPOLATED_UP_TO, LONE, LOWEST, Treated, treated
from powergap.errors import InputError
from powergap.files import bounded
from powergap.names import name_refusal

HOURS_FILE, RECORD_FILE = "hours.csv", "profile-set.json"
KIND, FORMAT = "powergap profile set", 1
MEGAWATT_DECIMALS = 6
RULES = {
    "rejected_negative": "below 0 MW",
    "rejected_zero": "0 MW",
    "rejected_absurd": f"above {HIGHEST:g} times or below {LOWEST:g} times the region's median",
    "rejected_stuck": f"the same value for {LOAD_HOURS} hours or more",
    "rejected_spike": f"one hour more than {LONE:g} medians above, or below, both its neighbours",
    "missing": "the files have no value",
    "interpolated": f"gaps of up to {INTERPOLATED_UP_TO} hours, linear",
    "copied_from_week": "longer gaps, mean of the same hours a week before and after",
    "duplicates_dropped": "rows that repeat another with the same value, in all of the files",
    "reported_not_adjusted": "EIA gives no adjusted demand; as reported, in all of the files",
}


@dataclass(frozen=True)
class ProfileSet:
    """8,760 hours and their record.

    Attributes:
        hours: `hour` (0 to 8759) and `REGION:system_load_gw`.
        record: sources with checksums, year, clock, treatment counts, seasonal peaks.
        treated: the demand behind it.
    """

    hours: pd.DataFrame
    record: dict[str, Any]
    treated: Treated

    def files(self) -> dict[str, str]:
        """Text of each file of the set by its name; the record knows the hours by their checksum."""
        hours = self.hours.to_csv(index=False, lineterminator="\n")
        record = self.record | {"hours_sha256": hashlib.sha256(hours.encode()).hexdigest()}
        return {HOURS_FILE: hours, RECORD_FILE: json.dumps(record, indent=2, ensure_ascii=False) + "\n"}


def make_profile_set(demand: SystemDemand, year: int, timezone: str = "UTC", fill_hours: int = 0) -> ProfileSet:
    """One calendar year of demand as 8,760 hours.

    29 February is dropped, so that every year has the same hours. No clock changes within the year: a zone with
    daylight saving gives its standard time, which every day has 24 hours of.

    Args:
        demand: as read.
        year: calendar year on the clock of the time zone.
        timezone: `UTC`, an offset such as `UTC-6`, or an IANA name such as `America/Chicago`.
        fill_hours: missing and rejected hours that may be filled, for each column or balancing authority.

    Raises:
        InputError: the time zone is unknown, no scenario could have a region of that name, or hours are missing.
    """
    if told := [said for name in demand.regions if (said := name_refusal(name))]:
        raise InputError("\n".join(told))
    offset = standard_offset(timezone, year)
    first, end = (pd.Timestamp(one, 1, 1, tz="UTC") - offset for one in (year, year + 1))
    found = treated(demand, first, end, fill_hours)
    load = found.load.set_axis(found.load.index + offset)
    clock = pd.DatetimeIndex(load.index)
    leap_day = (clock.month == 2) & (clock.day == 29)
    peaks = seasonal_peaks_gw(load)
    kept = load[~leap_day].round(MEGAWATT_DECIMALS)
    hours = kept.add_suffix(":system_load_gw").reset_index(drop=True)
    hours.insert(0, "hour", range(len(hours)))
    record = {
        "kind": KIND,
        "format": FORMAT,
        "year": year,
        "clock": f"UTC{offset.total_seconds() / 3600:+.0f}, no daylight saving; row 1 begins on 1 January 00:00",
        "rows": len(hours),
        "leap_day_dropped": bool(leap_day.any()),
        "growth_fraction": 0.0,
        "sources": [asdict(source) for source in demand.sources],
        "regions": {
            name: {
                "codes": list(demand.regions[name]),
                "mean_gw": round(float(load[name].mean()), MEGAWATT_DECIMALS),
                **peaks.loc[name].round(MEGAWATT_DECIMALS).to_dict(),
                "mean_headroom_gw": round(float(headroom_gw(load[[name]]).to_numpy().mean()), MEGAWATT_DECIMALS),
                "treatment_hours": found.counts[name],
            }
            for name in load.columns
        },
        "rules": RULES,
    }
    return ProfileSet(hours, record, found)


class _RegionRecord(BaseModel):
    treatment_hours: dict[str, int]


class _Record(BaseModel):
    hours_sha256: str
    year: int
    clock: str
    sources: list[dict[str, Any]]
    regions: dict[str, _RegionRecord]


def record_of(hours: Path) -> dict[str, Any] | None:
    """The record beside a file of hours; None if there is none, or it or the hours have been changed since."""
    try:
        record: dict[str, Any] = bounded.record(hours.parent / RECORD_FILE)
        unchanged = _Record.model_validate(record).hours_sha256 == bounded.sha256_of(hours)
    except (OSError, ValueError):
        return None
    return record if unchanged else None


def standard_offset(timezone: str, year: int) -> timedelta:
    """Hours that the standard time of a zone is ahead of UTC.

    >>> standard_offset("UTC-6", 2019) == standard_offset("America/Chicago", 2019) == timedelta(hours=-6)
    True

    Raises:
        InputError: no such zone, or its offset is no whole hour.
    """
    fixed = re.fullmatch(r"(?:UTC|GMT)(?:([+-])([0-9]{1,2})(?::?00)?)?", timezone, re.IGNORECASE)
    if fixed:
        hours = int(f"{fixed[1]}{fixed[2]}") if fixed[1] else 0
        if abs(hours) <= 14:
            return timedelta(hours=hours)
    try:
        zone = zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        said = f"{timezone!r} is no time zone known here; give UTC, an offset such as UTC-6, or America/Chicago"
        raise InputError(said) from None
    winter = datetime(year, 1, 1, tzinfo=zone)
    offset = (winter.utcoffset() or timedelta()) - (winter.dst() or timedelta())
    if offset.total_seconds() % 3600:
        raise InputError(f"{timezone} is no whole number of hours from UTC, and neither are its hours")
    return offset
