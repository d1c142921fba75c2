"""Derive the figures of the 13 EIA-930 regions and write `powergap/catalog/regions.yaml`.

`python docs/derive_regions.py FOLDER` reads the published files that docs/regions.md lists below FOLDER and rewrites
the catalog's file and the table of that page; with `--check` it exits 1 if the figures differ from those that ship.
None of the files is part of the package: what ships is sums, weighted means and shares. The rules are told on the page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from powergap.catalog import bundled
from powergap.chronology.extreme_days import FIRST_SUMMER_DAY, LAST_SUMMER_DAY
from powergap.chronology.shapes import LONGEST_DAY, WINDIEST_DAY, WINDIEST_HOUR
from powergap.chronology.timeline import DAYS
from powergap.eia import headroom_table, read_demand, seasonal_peaks_gw, treated

TARGET = Path(__file__).parents[1] / "powergap" / "catalog" / "regions.yaml"
PAGE = Path(__file__).with_name("regions.md")
BEGIN, END = "\n|---|" + "---|" * 14 + "\n", "<!-- end of figures -->"
SKY_BEGIN, SKY_END = "\n|---|" + "---|" * 8 + "\n", "<!-- end of sun and wind -->"
CHECKED = "2026-11-25"

COUNTIES = "supply_and_projects/nrel_datacenter_mw_by_county_ipm_region.csv"
COST_FACTORS = (
    "supply_and_projects/epa_ipm2023/table-4-14-regional-cost-adjustment-factors-for-conventional-and-renewable-"
    "generating-technologies.csv"
)
GAS_BASIS = "supply_and_projects/epa_ipm2023/table-8-7-natural-gas-basis-for-epa-2023-reference-case.xlsx"
DEMAND = "demand/eia930_cleaned_13regions_2015-07_2020-07_utc.csv.gz"
SOLAR = "wind_solar/powergenome_newbuild_solar_cf_by_ipm_region_2012_utc.csv.gz"
WIND = "wind_solar/powergenome_newbuild_onshore_wind_cf_by_ipm_region_2012_utc.csv.gz"

TITLES = {
    "CAL": "California (CAISO and others)", "CAR": "Carolinas", "CENT": "SPP (Central)", "FLA": "Florida",
    "MIDA": "PJM (Mid-Atlantic)", "MIDW": "MISO (Midwest)", "NE": "ISO-NE (New England)", "NW": "Northwest",
    "NY": "NYISO (New York)", "SE": "Southeast (Southern Company)", "SW": "Southwest",
    "TEN": "TVA (Tennessee)", "TEX": "ERCOT (Texas)",
}  # fmt: skip
REGION_OF = {
    "ERC": "TEX", "FRCC": "FLA", "MIS": "MIDW", "NENG": "NE", "NY": "NY", "PJM": "MIDA", "SPP": "CENT",
    "S_C": "TEN", "S_C_KY": "MIDW", "S_D": "MIDW", "S_SOU": "SE", "S_BOU": "SE", "S_VACA": "CAR",
    "WEC": "CAL", "WECC": "NW", "WECC_AZ": "SW", "WECC_NM": "SW", "WECC_SCE": "CAL", "WECC_IID": "CAL",
    "WECC_IE": "CAL",
}  # fmt: skip
"""EIA-930 region by the beginning of an IPM region's name; the longest one counts. LG&E and KU (S_C_KY) and AECI (S_D)
report in MIDW, NV Energy and PSCo (WECC_SNV, WECC_CO) in NW."""

SPELLED = {"MIS_D_MS": "MIS_MS", "ERC_West": "ERC_WEST", "PJM_WMC": "PJM_WMAC", "S_BOU": "S_SOU", "SPP_NBR": "SPP_NEBR"}
"""IPM regions whose names the published tables spell in two ways."""

STANDARD_TIME_H = {
    "CAL": -8, "CAR": -5, "CENT": -6, "FLA": -5, "MIDA": -5, "MIDW": -6, "NE": -5, "NW": -8, "NY": -5, "SE": -6,
    "SW": -7, "TEN": -6, "TEX": -6,
}  # fmt: skip
"""Local standard time less UTC, that of most of the region's load."""

LEAP_DAY = 59
SCARCE_QUANTILE = 0.05
"""Share of days that yield less than the day taken for dull or calm."""

CALIFORNIA_GW = {"operating": 2.37, "in_construction": 0.0, "planned": 4.0}
"""The county table has no county of California. Operating: 3.7% (EPRI, 2023) of 280 TWh (CEC, 2025) at a utilization
of 50% (LBNL). Planned: applications to PG&E with a signed agreement in December 2025, in construction or not."""

WANTED_WEIGHT = {"operating": 0.25, "in_construction": 1.0, "planned": 0.25}
WANTED_FLOOR, WANTED_CAP = 0.01, 0.35
AVERAGE_WAIT_YEARS = 4.0
WAIT_YEARS = {"MIDA": (3.0, 5.7, 7.0), "CAL": (6.0, 6.0, 6.0), "TEX": (3.0, 3.5, 4.0)}
WAIT_BOUNDS = (0.5, 1.5)
GAS_BOUNDS = (0.5, 1.5)
PERMIT_WEIGHT = {"CAL": 0.5, "NE": 0.5, "NY": 0.5, "TEX": 1.5}
HEADROOM_RATE = 0.005
RELOCATION_SHARE_OF_PEAK = 0.04
ENERGY_PRICE = {"NE": (55, 70, 82.5), "NW": (55, 70, 82.5), "TEX": (30, 43.5, 51)}
CAPACITY_PRICE = {"MIDW": (79, 79, 79), "TEX": (0, 0, 0)}


ON_THE_PAGE = (
    "operating_data_centers_gw", "data_centers_in_construction_gw", "planned_data_centers_gw",
    "share_of_base_fleet_fraction", "share_of_demand_additions_fraction", "connection_wait_years",
    "share_of_firm_grid_fraction", "share_of_flexible_grid_fraction", "share_of_gas_supply_fraction",
    "share_of_on_site_permits_fraction", "capital_cost_multiplier", "gas_price_adder_usd_per_mmbtu",
    "summer_peak_gw", "winter_peak_gw",
)  # fmt: skip
"""Columns of the table of docs/regions.md."""

IN_THE_SKY = (
    "solar_capacity_factor_fraction", "solar_noon_h", "solar_seasonal_swing_fraction", "dull_day_sun_fraction",
    "wind_capacity_factor_fraction", "wind_seasonal_swing_fraction", "wind_daily_swing_fraction",
    "calm_day_wind_fraction",
)  # fmt: skip
"""Columns of its table of sun and wind."""


def region_of(ipm: str) -> str:
    """EIA-930 region in which an IPM region lies.

    >>> region_of("WECC_AZ"), region_of("WECC_UT"), region_of("S_C_KY"), region_of("PJM_Dom")
    ('SW', 'NW', 'MIDW', 'MIDA')
    """
    return REGION_OF[max((one for one in REGION_OF if ipm.startswith(one)), key=len)]


def counties(folder: Path) -> pd.DataFrame:
    """Operating, in construction and planned GW by IPM region; rows that the table repeats count once."""
    rows = pd.read_csv(folder / COUNTIES).drop_duplicates()
    columns = {"Operating (MW)": "operating", "In Construction (MW)": "in_construction", "Planned (MW)": "planned"}
    by_region = rows.replace({"Region Name": SPELLED}).groupby("Region Name")[list(columns)].sum() / 1000
    return by_region.rename(columns=columns)


def data_centers(by_ipm: pd.DataFrame) -> pd.DataFrame:
    """GW of data centers by EIA-930 region, California filled in."""
    found = by_ipm.groupby(region_of).sum()
    found.loc["CAL"] = pd.Series(CALIFORNIA_GW)
    return found.loc[list(TITLES)]


def bounded_shares(weights: pd.Series, floor: float, cap: float) -> pd.Series:
    """Shares in proportion to the weights, none below the floor or above the cap, that add up to 1.

    >>> bounded_shares(pd.Series([9.0, 0.6, 0.4]), 0.1, 0.7).round(3).tolist()
    [0.7, 0.18, 0.12]
    """
    low, high = 0.0, 1.0 / float(weights[weights > 0].min())
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (weights * middle).clip(floor, cap).sum() < 1 else (low, middle)
    return (weights * high).clip(floor, cap)


def rounded_shares(shares: pd.Series, digits: int = 4) -> pd.Series:
    """Shares in whole steps of the last digit that add up to 1: what is left over goes to the largest remainders.

    >>> rounded_shares(pd.Series([1.0, 1.0, 1.0]), 2).tolist()
    [0.34, 0.33, 0.33]
    """
    exact = shares / shares.sum() * 10**digits
    whole = np.floor(exact)
    first = (exact - whole).sort_values(ascending=False, kind="stable").index[: round(10**digits - whole.sum())]
    whole[first] += 1
    return whole / 10**digits


def weighted_mean(values: pd.Series, weights: pd.Series) -> pd.Series:
    """Mean of what IPM regions have, by EIA-930 region, weighted by GW of data centers; plain where none are known."""
    return (values * shares_within(values.index, weights)).groupby(region_of).sum().loc[list(TITLES)]


def shares_within(ipm: pd.Index, weights: pd.Series) -> pd.Series:
    """Share of each IPM region in the weight of its EIA-930 region; the same for all of one where none is known."""
    weight = weights.reindex(ipm).fillna(0.0)
    weight = weight.where(weight.groupby(region_of).transform("sum") > 0, 1.0)
    return weight / weight.groupby(region_of).transform("sum")


def cost_factors(folder: Path, weights: pd.Series) -> pd.Series:
    """EPA's regional cost factor of combustion turbines; repeated labels are averaged."""
    table = pd.read_csv(folder / COST_FACTORS).replace({"Model Region": SPELLED})
    return weighted_mean(table.groupby("Model Region")["Combustion Turbine"].mean(), weights)


def gas_basis(folder: Path, weights: pd.Series) -> pd.Series:
    """EPA's gas price less Henry Hub, mean of 2028 and 2030 over the seasons, in 2025 USD/MMBtu."""
    table = pd.read_excel(folder / GAS_BASIS, header=3).dropna(subset=["IPM Region"])
    table = table[table["Year"].isin((2028, 2030)) & ~table["IPM Region"].str.startswith("CN_")]
    seasons = [column for column in table.columns if str(column).endswith("(2022$/MMBtu)")]
    mean = table.set_index("IPM Region")[seasons].astype(float).mean(axis=1).groupby(level=0).mean()
    return weighted_mean(mean / bundled().data.deflators[2022], weights)


def hours(folder: Path) -> pd.DataFrame:
    """Seasonal peaks and headroom at 0.5% curtailment of 2016 to 2019, GW by region."""
    first, end = (pd.Timestamp(year, 1, 1, tz="UTC") for year in (2016, 2020))
    load = treated(read_demand([folder / DEMAND]), first, end).load
    peaks = seasonal_peaks_gw(load)
    headroom = headroom_table(load, [HEADROOM_RATE]).set_index("region")["headroom_gw"]
    return peaks.assign(headroom_gw=headroom).loc[list(TITLES)]


def yields(folder: Path, file: str, weights: pd.Series) -> dict[str, np.ndarray]:
    """Output / nameplate of candidate sites by region, [365, 24] in local standard time, without 29 February.

    The UTC year is turned on itself, so that the first hours of January come from the end of December or the reverse.
    """
    table = pd.read_csv(folder / file)
    regions = (table * shares_within(table.columns, weights)).T.groupby(region_of).sum()
    local = {one: np.roll(regions.loc[one], STANDARD_TIME_H[one]).reshape(-1, 24) for one in TITLES}
    return {one: np.delete(hours, LEAP_DAY, axis=0) for one, hours in local.items()}


def swing(mean_yields: np.ndarray, peak: float) -> float:
    """Amplitude over the mean of the cosine that peaks at a place of the cycle, by least squares.

    >>> round(swing(3 + np.cos(2 * np.pi * (np.arange(24) - 5) / 24), 5), 3)
    0.333
    """
    cycle = np.cos(2 * np.pi * (np.arange(len(mean_yields)) - peak) / len(mean_yields))
    return float(2 * (mean_yields * cycle).mean() / mean_yields.mean())


def scarce(days: np.ndarray) -> float:
    """Yield of a scarce day over the mean of the year's, [day] for the days among which it is sought."""
    return float(np.quantile(days, SCARCE_QUANTILE))


def sky(folder: Path, weights: pd.Series) -> pd.DataFrame:
    """Figures of sun and wind by region; the days and hours of their peaks are those of the parametric shapes."""
    winter = np.r_[:FIRST_SUMMER_DAY, LAST_SUMMER_DAY + 1 : DAYS]
    found = {}
    for region, solar in yields(folder, SOLAR, weights).items():
        wind = yields(folder, WIND, weights)[region]
        by_hour = solar.mean(axis=0)  # at the stamp: half an hour later no region has the noon of its longitude
        found[region] = {
            "solar_capacity_factor_fraction": round(solar.mean(), 3),
            "solar_noon_h": round(float(by_hour @ np.arange(24) / by_hour.sum()), 1),
            "solar_seasonal_swing_fraction": round(swing(solar.mean(axis=1), LONGEST_DAY), 2),
            "dull_day_sun_fraction": round(scarce(solar.mean(axis=1)[winter]) / solar.mean(), 2),
            "wind_capacity_factor_fraction": round(wind.mean(), 3),
            "wind_seasonal_swing_fraction": round(swing(wind.mean(axis=1), WINDIEST_DAY), 2),
            "wind_daily_swing_fraction": round(swing(wind.mean(axis=0), WINDIEST_HOUR), 2),
            "calm_day_wind_fraction": round(scarce(wind.mean(axis=1)) / wind.mean(), 2),
        }
    return pd.DataFrame(found).T


def derive(folder: Path) -> pd.DataFrame:
    """Every figure by region (rows) and name (columns), rounded as it ships."""
    by_ipm = counties(folder)
    weights = by_ipm.sum(axis=1)
    gw, seen = data_centers(by_ipm), hours(folder)
    wanted = bounded_shares((gw * pd.Series(WANTED_WEIGHT)).sum(axis=1), WANTED_FLOOR, WANTED_CAP)
    basis, cost = gas_basis(folder, weights), cost_factors(folder, weights)
    wait = pd.Series({region: WAIT_YEARS.get(region, (AVERAGE_WAIT_YEARS,) * 3)[1] for region in TITLES})
    peak_share = seen["summer_peak_gw"] / seen["summer_peak_gw"].sum()
    permits = wanted * pd.Series({region: PERMIT_WEIGHT.get(region, 1.0) for region in TITLES})
    wanted_share = rounded_shares(wanted)
    of_the_earth = pd.DataFrame(
        {
            "operating_data_centers_gw": gw["operating"].round(2),
            "data_centers_in_construction_gw": gw["in_construction"].round(2),
            "planned_data_centers_gw": gw["planned"].round(2),
            "share_of_base_fleet_fraction": rounded_shares(gw["operating"]),
            "share_of_demand_additions_fraction": wanted_share,
            "connection_wait_years": wait,
            "share_of_firm_grid_fraction": rounded_shares(
                (wanted + peak_share) / 2 * (AVERAGE_WAIT_YEARS / wait).clip(*WAIT_BOUNDS)
            ),
            "share_of_flexible_grid_fraction": rounded_shares(seen["headroom_gw"]),
            "share_of_gas_supply_fraction": rounded_shares(permits * (1 - basis).clip(*GAS_BOUNDS)),
            "share_of_on_site_permits_fraction": rounded_shares(permits),
            "capital_cost_multiplier": (cost / (cost * wanted).sum()).round(3),
            "gas_price_adder_usd_per_mmbtu": (basis - (basis * wanted).sum()).round(2),
            "summer_peak_gw": seen["summer_peak_gw"].round(1),
            "winter_peak_gw": seen["winter_peak_gw"].round(1),
            "relocation_in_limit_gw": (RELOCATION_SHARE_OF_PEAK * seen["summer_peak_gw"]).round(2),
        }
    )
    return of_the_earth.join(sky(folder, weights))


@dataclass(frozen=True)
class Said:
    """What the catalog says of a figure beside its value."""

    unit: str
    group: str
    source: str
    confidence: str
    note: str
    money: int | None = None


NREL = "nrel_speed_to_power"
SITES = "candidate_sites_2012"

SAID = {
    "operating_data_centers_gw": Said(
        "GW", "demand", NREL, "derived", "Sum of the county table over the region's IPM regions, repeated rows once."
    ),
    "data_centers_in_construction_gw": Said("GW", "demand", NREL, "derived", "As operating_data_centers_gw."),
    "planned_data_centers_gw": Said("GW", "demand", NREL, "derived", "As operating_data_centers_gw."),
    "share_of_base_fleet_fraction": Said("fraction", "demand", NREL, "derived", "Share of operating data centers."),
    "share_of_demand_additions_fraction": Said(
        "fraction", "demand", f"{NREL}, epri_2026, judgment", "judgment",
        "In proportion to in construction + 1/4 planned + 1/4 operating GW, at least 1% and at most 35%.",
    ),
    "connection_wait_years": Said(
        "years", "grid", "connection_waits", "reported", "JLL's US average of 4 years; nothing published here."
    ),
    "share_of_firm_grid_fraction": Said(
        "fraction", "grid", "eia930_cleaned, connection_waits, judgment", "judgment",
        "Mean of the shares of demand additions and of summer peak, times 4 years / wait (0.5 to 1.5).",
    ),
    "share_of_flexible_grid_fraction": Said(
        "fraction", "grid", "eia930_cleaned, judgment", "judgment",
        "Share of headroom at 0.5% curtailment, hours of 2016 to 2019, Duke's method.",
    ),
    "share_of_gas_supply_fraction": Said(
        "fraction", "supply", "epa_ipm_2023, judgment", "judgment",
        "Share of on-site permits times 1 less the gas basis in USD/MMBtu (0.5 to 1.5): gas is where it is cheap.",
    ),
    "share_of_on_site_permits_fraction": Said(
        "fraction", "supply", "cleanview_v2, judgment", "judgment",
        "Share of demand additions, times 1.5 in Texas and 0.5 in California, New York and New England; also of "
        "committed orders.",
    ),
    "capital_cost_multiplier": Said(
        "ratio", "cost", "epa_ipm_2023", "derived",
        "EPA factor of combustion turbines, weighted by data-center GW, over its mean weighted by demand additions.",
    ),
    "gas_price_adder_usd_per_mmbtu": Said(
        "USD/MMBtu", "fuel", "epa_ipm_2023", "derived",
        "EPA basis to Henry Hub, 2028 and 2030, weighted by data-center GW, less its mean by demand additions.", 2025,
    ),
    "summer_peak_gw": Said("GW", "grid", "eia930_cleaned", "derived", "Highest hour of May to September, 2016-2019."),
    "winter_peak_gw": Said("GW", "grid", "eia930_cleaned", "derived", "Highest hour of November to March, 2016-2019."),
    "relocation_in_limit_gw": Said(
        "GW", "grid", "eia930_cleaned, judgment", "judgment", "4% of the summer peak by 2030, from nothing in 2026."
    ),
    "solar_capacity_factor_fraction": Said(
        "fraction", "performance", SITES, "derived",
        "Mean over 2012 of candidate sites (AC), by IPM region weighted by data-center GW.",
    ),
    "solar_noon_h": Said(
        "h", "performance", SITES, "derived", "Mean clock time of the yield, local standard time; its longitude."
    ),
    "solar_seasonal_swing_fraction": Said(
        "fraction", "performance", SITES, "derived",
        "Amplitude over mean of the yearly cosine of daily yield that peaks on 21 June; its latitude and clouds.",
    ),
    "dull_day_sun_fraction": Said(
        "fraction", "performance", SITES, "derived", "Day of November to March that 5% are below / yearly mean."
    ),
    "wind_capacity_factor_fraction": Said(
        "fraction", "performance", SITES, "derived",
        "As solar; few sites in FLA, NE, NY, CAR and SE, which flatters them.",
    ),
    "wind_seasonal_swing_fraction": Said(
        "fraction", "performance", SITES, "derived", "As solar, peak on 7 March."
    ),
    "wind_daily_swing_fraction": Said(
        "fraction", "performance", SITES, "derived", "Amplitude over mean of the daily cosine that peaks at midnight."
    ),
    "calm_day_wind_fraction": Said(
        "fraction", "performance", SITES, "derived", "Day of the year that 5% are below / yearly mean."
    ),
    "energy_price_usd_per_mwh": Said(
        "USD/MWh", "fuel", "eia_steo_wholesale, judgment", "reported",
        "The national figure times the region's price over the US average in the January 2025 outlook.", 2025,
    ),
    "capacity_price_usd_per_kw_year": Said(
        "USD/kW-yr", "fuel", "pjm_auctions", "derived", "MISO 2025/26, annual 217 USD/MW-day.", 2025
    ),
}  # fmt: skip
OWN = {
    ("CAL", "operating_data_centers_gw"): (
        "epri_2024_states, cec_2025, lbnl_2025", "derived",
        "3.7% (EPRI, 2023) of 280 TWh (CEC, 2025) at LBNL's utilization of 50%; the county table has no California.",
    ),
    ("CAL", "data_centers_in_construction_gw"): ("judgment", "judgment", "Held within cal_planned_data_centers_gw."),
    ("CAL", "planned_data_centers_gw"): (
        "pge_pipeline_2025", "reported", "PG&E applications with a signed agreement, December 2025; 15 GW in all.",
    ),
    ("CAL", "connection_wait_years"): ("connection_waits", "reported", "Silicon Valley 72 months."),
    ("MIDA", "connection_wait_years"): (
        "connection_waits", "reported", "N. Virginia 7 years, Columbus 84 and Pittsburgh 36 months; mid is their mean."
    ),
    ("TEX", "connection_wait_years"): (
        "connection_waits", "reported", "3 to 4 years in load zones (Carbon Direct); ERCOT itself says 6 to 18 months.",
    ),
    ("TEX", "energy_price_usd_per_mwh"): (
        "eia_steo_wholesale, judgment", "reported",
        "30 forecast for 2025, 45% more in 2026 (43.5); high in the ratio of the national figures.",
    ),
    ("TEX", "capacity_price_usd_per_kw_year"): (
        "engineering_practice", "general_knowledge", "ERCOT pays for energy alone; scarcity is in its energy price."
    ),
}  # fmt: skip
"""Source, confidence and note of figures that differ from their kind."""


def catalog_text(figures: pd.DataFrame) -> str:
    """The catalog's file."""
    lines = [
        "# The 13 EIA-930 regions. Written by docs/derive_regions.py, rules and sources in docs/regions.md.",
        "# Shares divide a national figure and add up to 1; one value stands for all three readings unless given.",
        "quantities:",
    ]
    for region in TITLES:
        for figure in figures.columns:
            lines += _entry(region, figure, _readings(region, figure, figures))
        for figure, prices in (
            ("energy_price_usd_per_mwh", ENERGY_PRICE),
            ("capacity_price_usd_per_kw_year", CAPACITY_PRICE),
        ):
            if region in prices:
                lines += _entry(region, figure, [f"{price:g}" for price in prices[region]])
    return "\n".join(lines).rstrip() + "\n"


def _readings(region: str, figure: str, figures: pd.DataFrame) -> list[str]:
    """Low, mid and high as the catalog writes them."""
    value = figures.loc[region, figure]
    if figure == "relocation_in_limit_gw":
        return [f"{{2026: 0, 2030: {value:g}, then: hold}}"] * 3
    if figure == "connection_wait_years" and region in WAIT_YEARS:
        return [f"{years:g}" for years in WAIT_YEARS[region]]
    return [f"{value + 0:g}"] * 3


def _entry(region: str, figure: str, readings: Iterable[str]) -> list[str]:
    said = SAID[figure]
    source, confidence, note = OWN.get((region, figure), (said.source, said.confidence, said.note))
    low, mid, high = readings
    money = f" dollar_year: {said.money}," if said.money else ""
    return [
        f"  {region.lower()}_{figure}:",
        f"    {{low: {low}, mid: {mid}, high: {high}, unit: {said.unit},{money} group: {said.group},",
        f"     source: [{source}], date: {CHECKED}, confidence: {confidence},",
        f'     note: "{note}"}}',
        "",
    ]


def page_text(figures: pd.DataFrame, page: str) -> str:
    """The page with the rows of its tables of figures written anew."""
    for columns, begin, end in ((ON_THE_PAGE, BEGIN, END), (IN_THE_SKY, SKY_BEGIN, SKY_END)):
        before, _, rest = page.partition(begin)
        rows = (f"| `{one}` {TITLES[one]} | {' | '.join(_cells(figures.loc[one], columns))} |\n" for one in TITLES)
        page = before + begin + "".join(rows) + rest[rest.index(end) :]
    return page


def _cells(figures: pd.Series, columns: Iterable[str]) -> list[str]:
    shown = {name: figures[name] + 0 for name in columns}
    return [f"{value * 100:.2f}%" if "_share_" in f"_{name}" else f"{value:g}" for name, value in shown.items()]


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check the catalog's file and the page; the exit code."""
    parser = argparse.ArgumentParser(description="Derive the regions' figures from published files.")
    parser.add_argument("folder", type=Path, help="where the published files are")
    parser.add_argument("--check", action="store_true", help="only say whether catalog and page are up to date")
    options = parser.parse_args(arguments)
    figures = derive(options.folder)
    page = PAGE.read_text(encoding="utf-8")
    texts = {TARGET: catalog_text(figures), PAGE: page_text(figures, page)}
    if not options.check:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path.name for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    if stale:
        told = f"{' and '.join(stale)}: not what the files say; run python docs/{Path(__file__).name} FOLDER\n"
        sys.stderr.write(told)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
