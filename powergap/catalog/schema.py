"""What a catalog entry holds: every number with unit, dollar year, source, date, readings and confidence."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from powergap.catalog import values

Group = Literal["demand", "grid", "supply", "lead_time", "cost", "fuel", "performance", "value"]
Reading = Literal["low", "mid", "high"]
Confidence = Literal["seen", "reported", "derived", "judgment", "general_knowledge"]
"""seen: in the source itself; reported: in a secondary report; derived: by arithmetic from those;
judgment: no source, treat as a range; general_knowledge: engineering practice, not seen in a source."""

Value = Annotated[values.Number | values.Series, BeforeValidator(values.checked)]
"""A number, or a year series such as `{2025: 1800, 2030: 1600, then: hold}`."""


class Entry(BaseModel):
    """Base of catalog parts: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Source(Entry):
    """Where numbers come from."""

    title: str
    publisher: str = ""
    date: str = Field(description="Publication date, as exact as known: 2025, 2025-12 or 2025-12-02")
    url: str = ""


class Quantity(Entry):
    """One sourced number or year series with its low, mid and high reading."""

    low: Value
    mid: Value
    high: Value
    unit: str = Field(description="For example USD/kW, GW/yr, fraction; empty only for ratios")
    dollar_year: int | None = Field(None, description="Year of the money; needed when the unit holds USD")
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


class Item(Entry):
    """A catalog entry that becomes a scenario part: fixed facts and sourced quantities."""

    title: str
    description: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, description="Keys that are no measurements: kind, chain, fuel")
    quantities: dict[str, Quantity] = Field(default_factory=dict, description="Keys of the scenario's schema")


class Forecast(Entry):
    """A published demand, supply or gap figure, kept for reconciliation; not read by the model."""

    publisher: str
    title: str
    date: str
    of: str = Field(description="What the figure counts, for example facility nameplate, non-coincident peak")
    unit: str
    values: dict[str, float | list[float]] = Field(
        min_length=1, description="By year, period or scenario; a list is [low, high] or [low, mid, high]"
    )
    source: tuple[str, ...] = Field(min_length=1)
    confidence: Confidence
    note: str = ""


SectionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class CatalogData(Entry):
    """The whole catalog as it stands in its files, or as a scenario's `catalog:` section adds to it."""

    technologies: dict[SectionName, Item] = Field(default_factory=dict)
    supply_chains: dict[SectionName, Item] = Field(default_factory=dict)
    fuels: dict[SectionName, Item] = Field(default_factory=dict)
    quantities: dict[SectionName, Quantity] = Field(
        default_factory=dict,
        description="Demand, grid, finance and worth; a scenario names them by `from_catalog`",
    )
    forecasts: dict[SectionName, Forecast] = Field(default_factory=dict)
    sources: dict[SectionName, Source] = Field(default_factory=dict)
    deflators: dict[int, float] = Field(default_factory=dict, description="Price level by year, 2025 = 1")
