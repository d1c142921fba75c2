"""Number types of a scenario: each knows its unit and the range in which it is plausible.

The range is wide enough for any real study and narrow enough to catch the usual slips: MW typed for GW,
percent for a fraction, $/MWh for $/kWh. A year series may be written as one number (the same in every
year), as a map that names every year, or as a map with a `then:` rule for the years it leaves out. Every price
may be a number or a year series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo
from pydantic_core import PydanticCustomError

from powergap.files.numbers import is_whole
from powergap.scenario.parts import Year

Price: TypeAlias = float | Mapping[int, float]
"""A price as it is read: one number, or a number for every year of the scenario."""

SMALLEST = 1e-12
"""Amounts nearer to 0 are 0: no study means them, and the inverse of 5e-324 is infinite."""


def _number(unit: str, low: float, high: float, slip: str = "") -> Any:
    """An annotated float with a unit and a plausible range; `slip` names the likely mistake above it."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PydanticCustomError("number", "expected a number in {unit}", {"unit": unit or "no unit"})
        if not low <= value <= high:
            hint = f"; {slip}" if slip and value > high else ""
            raise PydanticCustomError(
                "plausible",
                "{value} is outside {low} to {high} {unit}{hint}",
                {"value": f"{value:g}", "low": f"{low:g}", "high": f"{high:g}", "unit": unit, "hint": hint},
            )
        return 0.0 if abs(value) < SMALLEST else float(value)

    schema: dict[str, Any] = {"unit": unit, "minimum": low, "maximum": high}
    return Annotated[float, BeforeValidator(check), Field(json_schema_extra=schema)]


Gigawatts = _number("GW", 0, 2_000, "were megawatts meant?")
GigawattsPerYear = _number("GW/yr", 0, 500, "were megawatts meant?")
GigawattHoursPerYear = _number("GWh/yr", 0, 20_000, "were megawatt-hours meant?")
Megawatts = _number("MW", 0.01, 100_000)
Fraction = _number("fraction", 0, 1, "was a percentage meant?")
Efficiency = _number("fraction", 0.01, 1, "was a percentage meant?")
GrowthFraction = _number("fraction per year", -0.9, 3, "was a percentage meant?")
Rate = _number("fraction per year", -0.05, 0.5, "was a percentage meant?")
Years = _number("years", 0, 100)
Hours = _number("h", 0, 8_784)
NoonHour = _number("h", 10, 14)
HoursOfStorage = _number("h", 0, 1_000)
_PER_KILOWATT = _number("USD/kW", 0, 200_000, "were dollars per megawatt meant?")
_PER_KILOWATT_HOUR = _number("USD/kWh", 0, 20_000, "were dollars per megawatt-hour meant?")
_PER_KILOWATT_YEAR = _number("USD/kW-yr", 0, 100_000, "were dollars per megawatt-year meant?")
_PER_KILOWATT_HOUR_YEAR = _number("USD/kWh-yr", 0, 2_000)
_PER_MEGAWATT_HOUR = _number("USD/MWh", 0, 100_000)
_PER_MMBTU = _number("USD/MMBtu", 0, 100)
_PER_TONNE = _number("USD/tCO2", 0, 5_000)
TonnesPerMegawattHour = _number("tCO2/MWh", 0, 3, "were kilograms meant?")
TonnesPerMmbtu = _number("tCO2/MMBtu", 0, 0.2, "were kilograms meant?")
MmbtuPerMegawattHour = _number("MMBtu/MWh", 0, 30, "was Btu/kWh meant?")
BillionCubicFeetPerDay = _number("Bcf/d", 0, 200)
MillionTonnesPerYear = _number("MtCO2/yr", 0, 10_000)
DegreesCelsius = _number("°C", -60, 60)
PerDegreeCelsius = _number("fraction per °C", 0, 0.05)
_DIFFERENCE_PER_MMBTU = _number("USD/MMBtu", -20, 50)
Multiplier = _number("ratio", 0.2, 5, "was a percentage meant?")
UsageEffectiveness = _number("ratio", 1, 3)
Ratio = _number("ratio", 1, 20)


def _expand_series(value: Any, info: ValidationInfo) -> Any:
    """Write a year series out in full over the scenario's years (validation context `years`)."""
    years: tuple[int, ...] = (info.context or {}).get("years", ())
    if isinstance(value, bool) or not isinstance(value, int | float | Mapping):
        raise PydanticCustomError("series", "expected a number for all years, or a map of year: value")
    if not isinstance(value, Mapping):
        return dict.fromkeys(years, value)
    rule = value.get("then")
    given = {year: number for year, number in value.items() if year != "then"}
    for year in given:
        if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200:
            raise PydanticCustomError("series", "{year} is not a year", {"year": repr(year)})
    if not given:
        raise PydanticCustomError("series", "a year series needs at least one year")
    if "then" in value:
        given = _continue(given, rule, years)
    wrong = [year for year, number in given.items() if not isinstance(number, int | float)]
    missing = [year for year in years if year not in given]
    if missing and not wrong:
        raise PydanticCustomError(
            "series",
            "no value for {missing}; give every year {first} to {last}, or a rule such as `then: hold`",
            {"missing": ", ".join(map(str, missing)), "first": years[0], "last": years[-1]},
        )
    return {year: given[year] for year in years} if years and not wrong else given


def _continue(given: dict[int, float], rule: Any, years: tuple[int, ...]) -> dict[int, float]:
    """Fill the years after the last given one by `hold`, a growth fraction or a yearly step.

    Gaps between given years are filled by straight lines, so that a rule never hides a forgotten year
    before the first one.
    """
    growth, step = 0.0, 0.0
    match rule:
        case "hold":
            pass
        case {"growth_fraction_per_year": int() | float() as growth, **rest} if not rest:
            pass
        case {"add_per_year": int() | float() as step, **rest} if not rest:
            pass
        case _:
            raise PydanticCustomError(
                "series",
                "`then` is {rule}; expected hold, {growth_fraction_per_year: ...} or {add_per_year: ...}",
                {"rule": repr(rule)},
            )
    if not all(isinstance(number, int | float) for number in given.values()):
        return given  # the values' own check tells which one is no number
    known = sorted(given)
    filled = dict(given)
    for year in range(known[0], max((*years, known[-1])) + 1):
        if year in given:
            continue
        if year > known[-1]:
            filled[year] = filled[year - 1] * (1 + growth) + step
        else:
            before = max(y for y in known if y < year)
            after = min(y for y in known if y > year)
            filled[year] = given[before] + (given[after] - given[before]) * (year - before) / (after - before)
    return filled


def series_of(quantity: Any) -> Any:
    """A year series of `quantity`, expanded to every year of the scenario."""
    return Annotated[dict[int, quantity], BeforeValidator(_expand_series)]


def _form_of_price(value: Any) -> str:
    return "by_year" if isinstance(value, Mapping) else "number"


def price_of(quantity: Any) -> Any:
    """A price of `quantity`: one number, which stays one, or a year series, expanded to every year of the scenario.

    What reads it takes the years from `yearly`.
    """
    forms: Any = Annotated[quantity, Tag("number")] | Annotated[series_of(quantity), Tag("by_year")]
    return Annotated[forms, Discriminator(_form_of_price)]


def yearly(price: Price, years: Sequence[int]) -> list[float]:
    """A price in each year.

    >>> yearly(40.0, (2026, 2027)), yearly({2026: 40.0, 2027: 50.0}, (2026, 2027))
    ([40.0, 40.0], [40.0, 50.0])
    """
    return [price[year] for year in years] if isinstance(price, Mapping) else [price] * len(years)


def _expand_sparse(value: Any, info: ValidationInfo) -> Any:
    """As a year series, but years before the first one, and without a rule all that are left out, are 0."""
    if isinstance(value, Mapping):
        if "then" not in value:
            return value
        given = [year for year in value if isinstance(year, int)]
        years = (info.context or {}).get("years", ())
        value = {**{year: 0.0 for year in years if given and year < min(given)}, **value}
    return _expand_series(value, info)


def sparse_series_of(quantity: Any) -> Any:
    """A year series of `quantity` that is 0 in years that it does not name."""
    return Annotated[dict[Year, quantity], BeforeValidator(_expand_sparse)]


def _check_curve(value: Any) -> Any:
    """Refuse temperatures, the keys of a curve, that are no whole °C or not plausible outdoors."""
    for key in value if isinstance(value, Mapping) else ():
        whole = int(key) if isinstance(key, str) and is_whole(key) else key
        if isinstance(whole, bool) or not isinstance(whole, int) or not -60 <= whole <= 60:
            raise PydanticCustomError("curve", "{key} is no outdoor temperature in whole °C", {"key": repr(key)})
    return value


def curve_of(quantity: Any) -> Any:
    """A curve of `quantity` over outdoor temperature: straight lines between its points, flat beyond them."""
    return Annotated[dict[int, quantity], BeforeValidator(_check_curve), Field(json_schema_extra={"by_degc": True})]


FractionByTemperature = curve_of(Fraction)
GigawattsSeries = series_of(Gigawatts)
GigawattsPerYearSeries = series_of(GigawattsPerYear)
GigawattHoursPerYearSeries = series_of(GigawattHoursPerYear)
DollarsPerKilowattSeries = series_of(_PER_KILOWATT)
DollarsPerKilowattHourSeries = series_of(_PER_KILOWATT_HOUR)
DollarsPerKilowattYearSeries = series_of(_PER_KILOWATT_YEAR)
DollarsPerMegawattHourSeries = series_of(_PER_MEGAWATT_HOUR)
DollarsPerMmbtuSeries = series_of(_PER_MMBTU)
BillionCubicFeetPerDaySeries = series_of(BillionCubicFeetPerDay)
MillionTonnesPerYearSeries = series_of(MillionTonnesPerYear)

DollarsPerKilowatt = price_of(_PER_KILOWATT)
DollarsPerKilowattYear = price_of(_PER_KILOWATT_YEAR)
DollarsPerKilowattHourYear = price_of(_PER_KILOWATT_HOUR_YEAR)
DollarsPerMegawattHour = price_of(_PER_MEGAWATT_HOUR)
DollarsPerMmbtu = price_of(_PER_MMBTU)
DollarsPerTonne = price_of(_PER_TONNE)
PriceDifference = price_of(_DIFFERENCE_PER_MMBTU)
PlacedDeliveries = sparse_series_of(GigawattsPerYear)
