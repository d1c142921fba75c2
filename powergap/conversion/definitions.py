"""What a figure of load counts, and the way from one definition to another.

    energy     GWh a year   = average x 8,760 h
    average    GW           = peak x load factor
    peak       GW           = nameplate x peak share: the facility's own highest load in the year
    nameplate  GW           what the facility is built, contracted or connected for
    it         GW           = peak / power usage effectiveness: what the computers draw at that peak

Publishers use `utilization` for average over nameplate (LBNL 0.50); it is load factor x peak share. Two of the three
give the third. A scenario's `demand.utilization_fraction` is the peak share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from powergap.catalog import Catalog
from powergap.catalog.schema import Measure, RatioName
from powergap.conversion.units import BASE, UNITS, QuantityKind, Unit
from powergap.errors import InputError, Problem
from powergap.units import HOURS_PER_YEAR

DEFINITIONS = MappingProxyType(
    {
        "energy": "electricity of a year",
        "average": "average load over the year",
        "peak": "facility load at the year's own peak",
        "nameplate": "what the facility is built, contracted or connected for",
        "it": "IT load at the facility's peak (critical IT)",
    }
)

IS = MappingProxyType(
    {
        "hours": "hours in a year",
        "load_factor": "average / facility peak",
        "peak_share": "facility peak / nameplate",
        "utilization": "average / nameplate",
        "pue": "facility load / IT load",
    }
)
CATALOG_NAME = MappingProxyType(
    {
        "load_factor": "load_factor_fraction",
        "peak_share": "utilization_fraction",
        "pue": "power_usage_effectiveness",
    }
)
RANGE = MappingProxyType(
    {"load_factor": (0.01, 1.0), "peak_share": (0.01, 1.0), "utilization": (0.01, 1.0), "pue": (1.0, 3.0)}
)
CONSISTENT = 1e-3

_LINKS: Mapping[str, tuple[Measure, Measure, float]] = MappingProxyType(
    {
        "hours": ("average", "energy", 1),
        "load_factor": ("average", "peak", -1),
        "peak_share": ("peak", "nameplate", -1),
        "utilization": ("average", "nameplate", -1),
        "pue": ("it", "peak", 1),
    }
)
"""By factor: two definitions, and the power of the factor that leads from the first to the second."""


@dataclass(frozen=True)
class ConversionFactor:
    """A number that a conversion may use, and where it comes from.

    Attributes:
        value: the number.
        source: in words.
        is_given: False where the catalog's mid reading stands in.
        low: the catalog's low reading where it stands in, else the value.
        high: the same of its high reading.
    """

    value: float
    source: str
    is_given: bool
    low: float
    high: float

    @classmethod
    def certain(cls, value: float, source: str) -> ConversionFactor:
        """A number that is given."""
        return cls(value, source, is_given=True, low=value, high=value)


@dataclass(frozen=True)
class Step:
    """One multiplication or division on the way.

    Attributes:
        factor: its name, `hours` or a ratio.
        is_: what the factor is.
        value: the factor.
        operation: `x` or `/`.
        definition: what the result counts.
        result: in GW, or GWh/yr for energy.
        unit: of the result.
        source: where the factor comes from.
        is_given: False where the catalog stood in.
    """

    factor: str
    is_: str
    value: float
    operation: Literal["x", "/"]
    definition: str
    result: float
    unit: str
    source: str
    is_given: bool


@dataclass(frozen=True)
class Conversion:
    """The answer and the way to it.

    Attributes:
        value: in the unit requested.
        low: the least that it is within the catalog's low and high of every ratio that was not given; else the value.
        high: the most.
        unit: name of that unit.
        definition: what it counts.
        steps: every factor in order; none where only the unit changes.
        unused: factors that were given and are not on the way.
    """

    value: float
    low: float
    high: float
    unit: str
    definition: str
    steps: tuple[Step, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Factors:
    """Ratios for conversions: those given, else the catalog's mid reading.

    Raises:
        InputError: on the first use, all that is out of range or contradicts itself.
    """

    catalog: Catalog
    given: Mapping[RatioName, float] = field(default_factory=dict)
    given_by: str = "given"

    def chosen(self) -> dict[str, ConversionFactor]:
        """The factors in force: two of load factor, peak share and utilization, so that one way leads anywhere."""
        self._check()
        found = {"hours": ConversionFactor.certain(HOURS_PER_YEAR, "definition")}
        found |= {name: ConversionFactor.certain(value, self.given_by) for name, value in self.given.items()}
        needed = ["load_factor", "peak_share", "pue"]
        if "utilization" in self.given:
            needed.remove("load_factor" if "peak_share" in self.given else "peak_share")
        if {"load_factor", "peak_share", "utilization"} <= self.given.keys():
            del found["utilization"]
        for name in needed:
            if name not in found:
                found[name] = self._from_catalog(name)
        return found

    def _check(self) -> None:
        wrong = []
        for name, value in self.given.items():
            low, high = RANGE[name]
            if not low <= value <= high:
                hint = "; was a percentage meant?" if name != "pue" and value > 1 else ""
                wrong.append(_problem(name, f"is {IS[name]}, from {low:g} to {high:g}, not {value:g}{hint}"))
        share, factor, utilization = (self.given.get(name) for name in ("peak_share", "load_factor", "utilization"))
        if not wrong and utilization is not None:
            if share is not None and factor is not None and abs(share * factor - utilization) > CONSISTENT:
                wrong.append(
                    _problem("utilization", f"is load factor x peak share = {share * factor:.4g}, not {utilization:g}")
                )
            elif share is not None and utilization > share:
                message = f"{utilization:g} (average / nameplate) is above the peak share {share:g} (peak / nameplate)"
                wrong.append(_problem("utilization", message))
        if wrong:
            raise InputError(wrong)

    def _from_catalog(self, name: str) -> ConversionFactor:
        key = CATALOG_NAME[name]
        quantity = self.catalog.data.quantities[key]
        low, mid, high = (self.catalog.quantity(key, {quantity.group: one}, 2025) for one in ("low", "mid", "high"))
        publishers = "; ".join(dict.fromkeys(self.catalog.data.sources[one].publisher for one in quantity.source))
        source = f"catalog {key}, mid of {low:g} to {high:g} ({publishers}; {quantity.confidence})"
        return ConversionFactor(float(mid), source, is_given=False, low=float(low), high=float(high))  # type: ignore[arg-type]


def convert(value: float, unit: Unit, of: Measure, to: Unit, as_: Measure, factors: Factors) -> Conversion:
    """Convert an amount of load.

    Args:
        value: in `unit`.
        unit: its unit.
        of: what it counts.
        to: unit of the answer.
        as_: what the answer counts.
        factors: ratios.

    Raises:
        InputError: a unit of energy for a definition in GW or the other way round, or a wrong factor.
    """
    problems = [*_mismatch("--of", unit, of), *_mismatch("--as", to, as_)]
    if problems:
        raise InputError(problems)
    chosen = factors.chosen()
    amount, here, steps = value * unit.in_base, of, []
    low = high = amount
    for name, there, power in _way(of, as_, chosen):
        factor = chosen[name]
        amount *= factor.value**power
        least, most = sorted((factor.low**power, factor.high**power))
        low, high = low * least, high * most
        here = there
        steps.append(
            Step(
                name, IS[name], factor.value, "x" if power > 0 else "/", here, amount,
                BASE[kind_of(here)], factor.source, factor.is_given,
            )
        )  # fmt: skip
    used = {step.factor for step in steps}
    if {"load_factor", "utilization"} <= used and chosen["utilization"].value > chosen["load_factor"].value:
        message = (
            f"{chosen['utilization'].value:g} (average / nameplate) is above the load factor "
            f"{chosen['load_factor'].value:g} (average / peak): the peak would be above nameplate"
        )
        raise InputError([_problem("utilization", message)])
    derived = {"utilization"} if {"load_factor", "peak_share"} <= used else set()
    unused = tuple(name for name in factors.given if name not in used | derived)
    value, low, high = (one / to.in_base for one in (amount, low, high))
    return Conversion(value, low, high, to.name, as_, tuple(steps), unused)


def kind_of(definition: str) -> QuantityKind:
    """Whether a definition is told in GW or in GWh a year."""
    return "energy" if definition == "energy" else "power"


def words(name: str) -> str:
    """A factor as people say it.

    >>> words("pue"), words("peak_share")
    ('power usage effectiveness', 'peak share')
    """
    return "power usage effectiveness" if name == "pue" else name.replace("_", " ")


def _mismatch(option: str, unit: Unit, definition: str) -> Iterator[Problem]:
    if unit.kind != kind_of(definition):
        known = ", ".join(one.name for one in UNITS.values() if one.kind == kind_of(definition))
        message = (
            f"{definition} ({DEFINITIONS[definition]}) is measured in {known}; {unit.name} is a unit of {unit.kind}"
        )
        yield Problem(option, 0, 0, "", message)


def _problem(name: str, message: str) -> Problem:
    return Problem(f"--{name.replace('_', '-')}", 0, 0, "", message)


def _way(start: str, end: str, chosen: Mapping[str, ConversionFactor]) -> list[tuple[str, Measure, float]]:
    """The links from one definition to another; there is exactly one way."""
    ways: list[tuple[str, list[tuple[str, Measure, float]]]] = [(start, [])]
    for here, way in ways:
        if here == end:
            return way
        for name, (first, second, power) in _LINKS.items():
            if name not in chosen or (way and way[-1][0] == name):
                continue
            if here == first:
                ways.append((second, [*way, (name, second, power)]))
            elif here == second:
                ways.append((first, [*way, (name, first, -power)]))
    raise AssertionError(f"no way from {start} to {end}")
