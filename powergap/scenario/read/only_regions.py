"""A part of the regions alone: what is national comes down to their share of it."""

from __future__ import annotations

from powergap.scenario.schema import Scenario, SupplyChain


def with_only_its_regions(scenario: Scenario) -> Scenario:
    """The scenario with the regions of `only_regions` alone; the whole of it where that is empty.

    National delivery slots and the national CO2 cap come down to the regions' share of all demand additions, so that
    a region does not get slots that others compete for. Orders already placed keep their regional shares. Load moves
    only between regions that are left.
    """
    if not scenario.only_regions:
        return scenario
    regions = {name: one for name, one in scenario.regions.items() if name in scenario.only_regions}
    wanted = {name: sum(one.demand.additions_gw_per_year.values()) for name, one in scenario.regions.items()}
    share = sum(wanted[name] for name in regions) / (sum(wanted.values()) or 1.0)
    chains = {name: _shared(chain, share) for name, chain in scenario.supply_chains.items()}
    limits = scenario.limits.model_copy(update={"co2_mt_per_year": _times(scenario.limits.co2_mt_per_year, share)})
    return scenario.model_copy(update={"regions": regions, "supply_chains": chains, "limits": limits})


def _shared(chain: SupplyChain, share: float) -> SupplyChain:
    slots = ("open_slots_gw_per_year", "open_slots_gwh_per_year")
    return chain.model_copy(update={key: _times(getattr(chain, key), share) for key in slots})


def _times(series: dict[int, float] | None, factor: float) -> dict[int, float] | None:
    return None if series is None else {year: value * factor for year, value in series.items()}
