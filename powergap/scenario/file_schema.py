"""What a scenario file adds to the scenario itself: levers, policies, cases and its own catalog entries.

Everything else in the file (the body) is checked once it is resolved, by `schema.Scenario`.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from powergap.catalog.schema import CatalogData
from powergap.scenario import quantities as q
from powergap.scenario.parts import Name, Part, Year
from powergap.scenario.region_schema import Region
from powergap.scenario.sweep_schema import SweepSection

REGION_DEFAULTS: tuple[str, ...] = tuple(
    key for key in Region.model_fields if key not in {"title", "share_of_committed_deliveries_fraction"}
)
"""Keys of a region that may stand at the top level, as the value of every region."""

LABELS = ("name", "title", "description")
"""Keys of the body that describe the file and stay the same in every run."""


class Lever(Part):
    """One measure, for example more turbine delivery slots. Policies combine levers."""

    title: str = ""
    description: str = ""
    set: dict[Any, Any] = Field(default_factory=dict, description="Values that override the file's")


class Policy(Part):
    """A build-out policy: levers in the order they are laid over the file, then its own values."""

    title: str = ""
    description: str = ""
    levers: list[Name] = Field(default_factory=list, description="Names of levers; later ones win")
    set: dict[Any, Any] = Field(default_factory=dict, description="Values that override the levers'")


class Case(Part):
    """A reading of what is uncertain, solved under every policy."""

    title: str = ""
    description: str = ""
    set: dict[Any, Any] = Field(default_factory=dict, description="Values that override the policy's")


class FutureEntry(Part):
    """A possible future: its probability, when it is known, and what it changes."""

    title: str = ""
    description: str = ""
    probability: q.Fraction = Field(description="Probability; those of all futures sum to 1")
    revealed: Year | None = Field(
        None, description="Year at whose start it is known whether this future happens; none: once no other is left"
    )
    set: dict[Any, Any] = Field(default_factory=dict, description="Values that override the case's")


class HedgeSettings(Part):
    """What `powergap hedge` plans for and how much the worst futures count."""

    policy: Name | None = Field(None, description="Policy to plan; required if the file has several")
    case: Name | None = Field(None, description="Case that the futures change; default the default case")
    risk_weight_fraction: q.Fraction = Field(
        0.0, description="Weight of the worst futures' mean cost (CVaR) against the expected cost, below 1"
    )
    tail_fraction: q.Fraction = Field(0.1, description="Share of the futures, by probability, counted as the worst")


class OwnCatalog(CatalogData):
    """The scenario's own sourced entries, on top of the bundled catalog or instead of it."""

    bundled: bool = Field(
        True, strict=True, description="False: use only these entries, so that the file needs no other"
    )


class ScenarioFile(Part):
    """The sections of a scenario file that are gone once a run is resolved."""

    extends: str | list[str] | None = Field(
        None, description="Relative path or name of a bundled scenario, or a list of them; later ones win"
    )
    catalog: OwnCatalog = Field(default_factory=OwnCatalog)
    levers: dict[Name, Lever] = Field(default_factory=dict)
    policies: dict[Name, Policy] = Field(default_factory=dict)
    cases: dict[Name, Case] = Field(default_factory=dict)
    futures: dict[Name, FutureEntry] = Field(default_factory=dict)
    hedge: HedgeSettings = Field(default_factory=HedgeSettings)
    reference_policy: Name | None = Field(None, description="Policy that others are compared with; default the first")
    default_case: Name | None = Field(None, description="Case shown first; default `mid`, else the first")
    sweep: SweepSection = Field(default_factory=SweepSection, description="Uncertain inputs, for `powergap sweep`")
    own_keys: list[str] = Field(
        default_factory=list,
        description="Keys that the study sets itself, not a bundled scenario; written into resolved scenarios",
    )


SECTIONS: tuple[str, ...] = tuple(ScenarioFile.model_fields)
