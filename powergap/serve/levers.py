"""What can be moved: keys as `--set` takes them, and ends read off the catalog's low, mid and high."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from powergap.results.inputs import dotted, flattened
from powergap.scenario import Scenario

SettingPath = tuple[str, ...]

EACH, ALL = "*", "+"
"""In a pattern: a lever for each name, or one lever that moves all of them together."""


STEPS_FROM_ZERO = 40
"""Length of a lever that has no range to read and, at 0, nothing to double."""


@dataclass(frozen=True)
class Pattern:
    """Keys that make levers.

    Attributes:
        group: heading on the page.
        title: what is moved; `{name}` stands for the title of the entry that `*` matches.
        path: keys down to the value; alternatives of the last one, joined by `|`, move together.
        unit: of the value.
        step: between two positions of a lever that holds a value itself.
    """

    group: str
    title: str
    path: SettingPath
    unit: str
    step: float = 0.05


PATTERNS = (
    Pattern("Demand", "Demand additions", ("regions", ALL, "demand", "additions_gw_per_year"), "GW/yr"),
    Pattern("Prices", "Value of delayed load", ("value_of", "delayed_load_usd_per_kw_year"), "$ per kW-year", 250),
    Pattern("Prices", "{name}", ("fuels", EACH, "price_usd_per_mmbtu"), "$ per MMBtu"),
    Pattern("Prices", "Carbon price", ("finance", "carbon_price_usd_per_t"), "$ per t CO2", 5),
    Pattern("Prices", "Cost of capital, real", ("finance", "weighted_average_cost_of_capital"), "a year", 0.005),
    Pattern("Grid additions", "{name}", ("regions", ALL, "grid", "additions_gw_per_year", EACH), "GW/yr"),
    Pattern(
        "Open delivery slots",
        "{name}",
        ("supply_chains", EACH, "open_slots_gw_per_year|open_slots_gwh_per_year"),
        "GW/yr",
    ),
    Pattern("Lead times", "{name}", ("technologies", EACH, "lead_time_years"), "years"),
    Pattern("Limits", "Gas for on-site plants", ("regions", ALL, "gas_supply_limit_bcf_per_day"), "Bcf/d"),
    Pattern("Limits", "Combustion under air permits", ("regions", ALL, "air_permit_limit_gw"), "GW"),
)


@dataclass(frozen=True)
class Slider:
    """Something to move. A series by year, or of several regions, moves as a whole: by a factor on every number.

    Attributes:
        key: of the value, as `--set` takes it, with `*` for several regions.
        group: heading on the page.
        title: what is moved.
        unit: of the value.
        values: what the scenario says, by path.
        is_factor: a position is a factor, 1 where the scenario stands; else it is the value itself.
        base: position of the scenario as it stands.
        low: lower end.
        high: upper end.
        step: between positions.
        is_sourced: the ends are the catalog's low and high; else they are half and double.
    """

    key: str
    group: str
    title: str
    unit: str
    values: Mapping[SettingPath, Any]
    is_factor: bool
    base: float
    low: float
    high: float
    step: float
    is_sourced: bool

    @property
    def last(self) -> tuple[str, float]:
        """What a factor multiplies, as it is told beside the lever: the last year and its sum over the regions."""
        first = next(iter(self.values))
        alike = [value for path, value in self.values.items() if path[-1] == first[-1]]
        if not isinstance(alike[0], dict):
            return "", sum(alike)
        year = max(alike[0])
        return f" in {year}", sum(value[year] for value in alike)

    def said(self, position: float) -> str:
        """A position in words.

        >>> Slider("k", "", "", "GW/yr", {("k",): {2030: 3.0}}, True, 1, 0.5, 2, 0.05, False).said(1.5)
        'x1.5, 4.5 GW/yr in 2030'
        """
        if not self.is_factor:
            return f"{position:,.6g} {self.unit}"
        when, last = self.last
        return f"x{position:.4g}, {last * position:,.4g} {self.unit}{when}"

    def at(self, position: float) -> dict[SettingPath, Any]:
        """The values at a position, by path.

        >>> lever = Slider("k", "", "", "", {("k",): {2029: 2.0, 2030: 3.0}}, True, 1, 0.5, 2, 0.05, False)
        >>> lever.at(1.5)
        {('k',): {2029: 3.0, 2030: 4.5}}
        """
        if not self.is_factor:
            return dict.fromkeys(self.values, position)
        return {path: _scaled(value, position) for path, value in self.values.items()}


def levers_of(stands: Scenario, low: Scenario, high: Scenario) -> list[Slider]:
    """The levers of a policy under a case.

    Args:
        stands: the scenario as it stands.
        low: the same with every reading of the catalog at low.
        high: the same at high.
    """
    flat, *ends = (flattened(scenario.model_dump()) for scenario in (stands, low, high))
    # With `only_regions` slots are the regions' share already; given back as a value they would be shared out again.
    patterns = [one for one in PATTERNS if not (stands.only_regions and one.path[0] == "supply_chains")]
    return [
        lever
        for pattern in patterns
        for name, paths in _matches(pattern, flat).items()
        if (lever := _lever(pattern, _title(stands, pattern, name), {path: flat[path] for path in paths}, ends))
    ]


def _matches(pattern: Pattern, flat: Mapping[SettingPath, Any]) -> dict[str, list[SettingPath]]:
    """Paths that a pattern takes, by the name that `*` stands for; none of a connection that the policy lacks."""
    found: dict[str, list[SettingPath]] = {}
    for path, value in flat.items():
        if value is None or len(path) != len(pattern.path):
            continue
        pairs = list(zip(path, pattern.path, strict=True))
        name = "".join(part for part, want in pairs if want == EACH)
        is_idle = "grid" in pattern.path and ("technologies", name, "kind") not in flat
        if not is_idle and all(want in (EACH, ALL) or part in want.split("|") for part, want in pairs):
            found.setdefault(name, []).append(path)
    return found


def _title(scenario: Scenario, pattern: Pattern, name: str) -> str:
    """The pattern's title with the entry's own in it."""
    sections: dict[str, Mapping[str, Any]] = {"fuels": scenario.fuels, "supply_chains": scenario.supply_chains}
    entries = sections.get(pattern.path[0], scenario.technologies)
    return pattern.title.format(name=entries[name].title if name in entries else name.replace("_", " "))


def _lever(
    pattern: Pattern, title: str, values: dict[SettingPath, Any], ends: list[dict[SettingPath, Any]]
) -> Slider | None:
    """One lever; None where there is nothing to multiply."""
    paths = list(values)
    is_factor = len(paths) > 1 or isinstance(values[paths[0]], dict)
    several = {path[1] for path in paths if ALL in pattern.path}
    parts = zip(paths[0], pattern.path, strict=True)
    key = dotted(tuple(EACH if want == ALL and len(several) > 1 else part for part, want in parts))
    # Where paths differ in unit (GW and GWh), the ends are those of the first.
    alike = [path for path in paths if path[-1] == paths[0][-1]]
    here = _sum(values[path] for path in alike)
    if is_factor and not here:
        return None
    scale, step = (here, 0.05) if is_factor else (1.0, pattern.step)
    read = [_sum(end.get(path, values[path]) for path in alike) / scale for end in ends]
    base = here / scale
    low, high = min(base, *read), max(base, *read)
    is_sourced = low < high
    if not is_sourced:
        low, high = (base / 2, base * 2) if base else (0.0, STEPS_FROM_ZERO * step)
    low, high = (round(step * end, 6) for end in (math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)))
    return Slider(key, pattern.group, title, pattern.unit, values, is_factor, base, low, high, step, is_sourced)


def _numbers(value: Any) -> Iterator[float]:
    yield from value.values() if isinstance(value, dict) else (value,)


def _sum(values: Any) -> float:
    return sum(number for value in values for number in _numbers(value))


def _scaled(value: Any, factor: float) -> Any:
    """A number or series times a factor, to six digits; longer ones say no more and read worse."""
    if isinstance(value, dict):
        return {year: _scaled(number, factor) for year, number in value.items()}
    return float(f"{value * factor:.6g}")
