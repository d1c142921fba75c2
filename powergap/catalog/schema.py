"""What a catalog entry holds: every number with unit, dollar year, source, date, readings and confidence."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from powergap.catalog import values
from powergap.files.numbers import whole

Group = Literal["demand", "grid", "supply", "lead_time", "cost", "fuel", "performance", "value"]
Reading = Literal["low", "mid", "high"]
Confidence = Literal["seen", "reported", "derived", "judgment", "general_knowledge"]
"""seen: in the source itself; reported: in a secondary report; derived: by arithmetic from those;
judgment: no source, treat as a range; general_knowledge: engineering practice, not seen in a source."""

Measure = Literal["energy", "average", "peak", "nameplate", "it"]
"""What a figure of load is: electricity a year; average, peak or nameplate of the facility; IT load at its peak."""

Counts = Literal["fleet", "new", "added", "pipeline", "part"]
"""fleet: all US data centers; new: load added since a year; added: in the year; pipeline: asked for or being built;
part: some of them, such as those for AI."""

RatioName = Literal["load_factor", "peak_share", "utilization", "pue"]
"""load_factor: average / peak; peak_share: peak / nameplate; utilization: average / nameplate; pue: facility / IT."""

CatalogValue = Annotated[values.Number | values.Series, BeforeValidator(values.checked)]
"""A number, or a year series such as `{2025: 1800, 2030: 1600, then: hold}`."""


StrictNumber = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
"""Numbers as YAML has them: a text in quotes is none."""

YearKey = Annotated[int, BeforeValidator(lambda key: whole(key) if isinstance(key, str) else key)]
"""A year as a key, which JSON makes a text."""


class CatalogPart(BaseModel):
    """Base of catalog parts: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Source(CatalogPart):
    """Where numbers come from."""

    title: str
    publisher: str = ""
    date: str = Field(description="Publication date, as exact as known: 2025, 2025-12 or 2025-12-02")
    url: str = ""


class Quantity(CatalogPart):
    """One sourced number or year series with its low, mid and high reading."""

    low: CatalogValue
    mid: CatalogValue
    high: CatalogValue
    unit: str = Field(description="For example USD/kW, GW/yr, fraction; empty only for ratios")
    dollar_year: Whole | None = Field(None, description="Year of the money; needed when the unit holds USD")
    group: Group = Field(description="Which of the scenario's readings picks low, mid or high")
    source: tuple[str, ...] = Field(min_length=1, description="Keys of the sources file; `judgment` where none")
    date: datetime.date = Field(description="Day the number was last checked against its source")
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _money_has_a_year(self) -> Quantity:
        if ("USD" in self.unit) != (self.dollar_year is not None):
            raise ValueError("a unit in USD needs a dollar_year, and only such a unit")
        return self

    @model_validator(mode="after")
    def _readings_rise(self) -> Quantity:
        if told := values.disorder(self.low, self.mid, self.high):
            raise ValueError(told)
        return self

    def reading(self, which: Reading) -> values.Number | values.Series:
        """The low, mid or high value."""
        return {"low": self.low, "mid": self.mid, "high": self.high}[which]


class CatalogItem(CatalogPart):
    """A catalog entry that becomes a scenario part: fixed facts and sourced quantities."""

    title: str
    description: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, description="Keys that are no measurements: kind, chain, fuel")
    quantities: dict[str, Quantity] = Field(default_factory=dict, description="Keys of the scenario's schema")


class Forecast(CatalogPart):
    """A published demand, supply or gap figure, kept for reconciliation.

    A scenario that rebuilds a published case reads one by `from_catalog: name.key`.
    """

    publisher: str
    title: str
    date: str
    checked: datetime.date = Field(description="Day the figures were last checked against their source")
    of: str = Field(description="What the figure counts, in the publisher's words or close to them")
    unit: str
    group: Group = Field("demand", description="Which of the scenario's readings picks low, mid or high")
    measure: Measure | None = Field(None, description="What load it is, where it is one that can be converted")
    measure_is_assumed: bool = Field(False, description="The publisher does not say it in what was seen")
    counts: Counts | None = Field(None, description="Which data centers it counts, where `measure` is given")
    factors: dict[RatioName, StrictNumber] = Field(default_factory=dict, description="Ratios that the publisher states")
    values: dict[str, StrictNumber | list[StrictNumber]] = Field(
        min_length=1, description="By year, period or scenario; a list is [low, high] or [low, mid, high]"
    )
    source: tuple[str, ...] = Field(min_length=1)
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _counts_what_it_measures(self) -> Forecast:
        if (self.measure is None) != (self.counts is None):
            raise ValueError("`measure` and `counts` are given together")
        return self

    def readings(self, key: str) -> tuple[float, float, float]:
        """Low, mid and high of one of its values; of a range of two the middle is mid."""
        given = self.values[key]
        if not isinstance(given, list):
            return given, given, given
        return given[0], given[1] if len(given) == 3 else (given[0] + given[-1]) / 2, given[-1]

    def quantity(self, key: str) -> Quantity:
        """One of its values as a quantity that a scenario can read."""
        low, mid, high = self.readings(key)
        note = f"{self.publisher}: {self.title}, {self.date}: {self.of}. {self.note}".rstrip()
        return Quantity(
            low=low, mid=mid, high=high, unit=self.unit, dollar_year=None, group=self.group, source=self.source,
            date=self.checked, confidence=self.confidence, note=note,
        )  # fmt: skip


SectionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
QuantityName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_.-]+)?$")]
"""A dot stands in the name of a forecast's value, as a resolved scenario writes it."""


class CatalogData(CatalogPart):
    """The whole catalog as it stands in its files, or as a scenario's `catalog:` section adds to it."""

    technologies: dict[SectionName, CatalogItem] = Field(default_factory=dict)
    supply_chains: dict[SectionName, CatalogItem] = Field(default_factory=dict)
    fuels: dict[SectionName, CatalogItem] = Field(default_factory=dict)
    quantities: dict[QuantityName, Quantity] = Field(
        default_factory=dict,
        description="Demand, grid, finance and value of delayed load; a scenario names them by `from_catalog`",
    )
    forecasts: dict[SectionName, Forecast] = Field(default_factory=dict)
    sources: dict[SectionName, Source] = Field(default_factory=dict)
    deflators: dict[YearKey, StrictNumber] = Field(default_factory=dict, description="Price level by year, 2025 = 1")
