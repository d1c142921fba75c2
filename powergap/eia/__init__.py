"""Real hours: EIA-930 demand read and checked, profile sets for scenarios, headroom for flexible load.

| module | what it does |
|---|---|
| `text_table`, `stamps` | a CSV as text that can point at each of its cells; its time stamps as UTC hours |
| `clock` | the clock that a file states in names and stamps |
| `layouts`, `sub_regions` | which tables of EIA-930 are known by their columns, and what adds up to an authority |
| `demand`, `eia930` | these tables and wide ones as MW by UTC hour and region |
| `stuck` | hours of one value, which no meter shows unless it is stuck |
| `treatment` | what is rejected, what is missing, and what is filled when that is asked for |
| `sets` | one year as the 8,760 hours that a scenario reads, with a record of where they come from |
| `headroom` | load that fits under the seasonal peaks when a little of it may be curtailed |
| `published` | the headroom that Duke University published, to compare with |
| `load_shape` | hourly load of data centers, with cooling that follows the weather |
"""

from powergap.eia.demand import SystemDemand
from powergap.eia.eia930 import read_demand
from powergap.eia.headroom import headroom_gw, headroom_table, seasonal_peaks_gw
from powergap.eia.sets import ProfileSet, make_profile_set, record_of
from powergap.eia.treatment import Treated, treated, whole_years

__all__ = [
    "ProfileSet",
    "SystemDemand",
    "Treated",
    "headroom_gw",
    "headroom_table",
    "make_profile_set",
    "read_demand",
    "record_of",
    "seasonal_peaks_gw",
    "treated",
    "whole_years",
]
