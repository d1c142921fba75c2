"""What a technology is in one region."""

from __future__ import annotations

from powergap.scenario.schema import Generator, Region


def capacity_factor(generator: Generator, region: Region) -> float | None:
    """Yearly mean output / nameplate of sun or wind: the region's own, else the technology's; 1 for a flat profile."""
    match generator.profile:
        case "flat":
            return 1.0
        case "solar":
            own = region.sun.capacity_factor_fraction
        case "wind":
            own = region.wind.capacity_factor_fraction
    return generator.capacity_factor_fraction if own is None else own
