"""The `sweep` section of a scenario file: which inputs are uncertain, how, and which draws are taken."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from powergap.scenario.parts import Name, Part

Two = Annotated[list[float], Field(min_length=2, max_length=2)]
Three = Annotated[list[float], Field(min_length=3, max_length=3)]

KINDS = ("catalog", "triangular", "pert", "uniform", "normal", "lognormal", "values")


class Normal(Part):
    """A normal distribution."""

    mean: float
    standard_deviation: float = Field(gt=0)


class Lognormal(Part):
    """A lognormal distribution, by the values that half and nine tenths of the draws stay below."""

    median: float = Field(gt=0)
    p90: float = Field(gt=0)

    @model_validator(mode="after")
    def _p90_is_larger(self) -> Lognormal:
        if self.p90 <= self.median:
            raise ValueError(f"p90 {self.p90:g} must be larger than the median {self.median:g}")
        return self


class UncertainInput(Part):
    """One uncertain input: exactly one distribution."""

    catalog: Literal["triangular", "pert", "uniform"] | None = Field(
        None, description="Over the catalog's low, mid and high readings of the key"
    )
    triangular: Three | None = Field(None, description="Minimum, most likely and maximum value")
    pert: Three | None = Field(None, description="Minimum, most likely and maximum value, with thinner tails")
    uniform: Two | None = Field(None, description="Minimum and maximum value")
    normal: Normal | None = Field(None, description="Around a mean")
    lognormal: Lognormal | None = Field(None, description="Never below zero, with a long tail above")
    values: Annotated[list[float], Field(min_length=2)] | None = Field(None, description="Only these values")
    weights: list[Annotated[float, Field(gt=0)]] | None = Field(None, description="Weights of `values`; default equal")
    is_factor: bool = Field(False, description="The draw multiplies the scenario's values instead of replacing them")
    levels: int = Field(3, ge=2, le=100, description="Points of a distribution in a full grid")

    @property
    def kind(self) -> str:
        """The one distribution that is given."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @model_validator(mode="after")
    def _one_distribution(self) -> UncertainInput:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            said = f"both {' and '.join(given)}" if given else "none"
            raise ValueError(f"expected exactly one of {', '.join(KINDS)}; got {said}")
        self._check_range(given[0])
        if self.weights is not None and len(self.weights) != len(self.values or ()):
            raise ValueError(f"{len(self.weights)} weights for {len(self.values or ())} values")
        if self.is_factor and self.catalog is not None:
            raise ValueError("a catalog range holds values, not factors; leave `is_factor` out")
        return self

    def _check_range(self, kind: str) -> None:
        points = getattr(self, kind)
        if kind in {"triangular", "pert", "uniform"}:
            if any(later < earlier for earlier, later in pairwise(points)):
                raise ValueError(f"{kind} {points}: the values must not fall")
            if points[0] == points[-1]:
                raise ValueError(f"{kind} {points}: the range is empty")
        if kind == "values" and len(set(points)) < len(points):
            raise ValueError(f"values {points}: one is repeated; `weights` set how often each is drawn")


class Correlation(Part):
    """Correlation of two inputs."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)] = Field(description="Keys of two inputs")
    rank_correlation: float = Field(gt=-1, lt=1, description="Spearman's, from -1 to 1")


class SweepSection(Part):
    """The draws of a sweep; every policy is solved on every draw."""

    inputs: dict[str, UncertainInput] = Field(
        default_factory=dict,
        description="By key, such as `fuels.natural_gas.price_usd_per_mmbtu`, or `readings.cost` for all of a group",
    )
    correlations: list[Correlation] = Field(
        default_factory=list, description="Rank correlations between pairs of inputs; all others are independent"
    )
    design: Literal["latin_hypercube", "sobol", "grid", "saltelli"] = Field(
        "latin_hypercube",
        description="`grid` takes every combination; `saltelli` the draws for Sobol indices",
    )
    draws: int = Field(200, ge=2, le=10_000_000, description="Number of draws; a grid has as many as its levels make")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="The same seed gives the same draws")
    case: Name | None = Field(None, description="Case for every other value; default the default case")
