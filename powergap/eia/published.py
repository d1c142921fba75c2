"""Published headroom to compare with: Duke University, *Rethinking Load Growth*, 11 February 2025.

T. Norris, T. Profeta, D. Patino-Echeverri, A. Cowie-Haskell, https://hdl.handle.net/10161/32077. Hourly EIA-930
demand of 22 balancing authorities, 2016 to 2024; GW of constant new load at a curtailed share of its energy.
"""

from __future__ import annotations

from types import MappingProxyType

RATES = (0.0025, 0.005, 0.01)
WINDOW = (2016, 2024)

HEADROOM_GW = MappingProxyType(
    {
        "PJM": (13.3, 17.8, 23.6),
        "MISO": (11.6, 14.8, 18.5),
        "ERCOT": (6.5, 10.0, 14.7),
        "SPP": (7.7, 9.7, 12.0),
        "CAISO": (4.2, 5.0, 5.9),
        "NYISO": (3.2, 4.0, 4.8),
        "ISO-NE": (2.8, 3.5, 4.3),
        "SOCO": (6.4, 7.7, 9.3),
        "TVA": (3.5, 4.5, 5.9),
        "FPL": (3.3, 4.2, 5.3),
        "DEC": (2.2, 2.8, 3.7),
        "DEF": (1.7, 2.1, 2.5),
        "DEP": (0.9, 1.3, 1.8),
        "SCP": (0.6, 0.7, 0.9),
        "DESC": (0.4, 0.6, 0.8),
        "BPA": (1.6, 1.9, 2.3),
        "AZPS": (1.2, 1.6, 2.1),
        "SRP": (1.1, 1.5, 1.9),
        "PACE": (1.2, 1.5, 1.8),
        "PSCO": (0.9, 1.2, 1.4),
        "PACW": (0.8, 1.0, 1.2),
        "PGE": (0.8, 0.9, 1.1),
    }
)
"""By the study's names, at `RATES`."""

AUTHORITY_OF = MappingProxyType(
    {
        "PJM": "PJM", "MISO": "MISO", "ERCO": "ERCOT", "SWPP": "SPP", "CISO": "CAISO", "NYIS": "NYISO",
        "ISNE": "ISO-NE", "SOCO": "SOCO", "TVA": "TVA", "FPL": "FPL", "DUK": "DEC", "FPC": "DEF", "CPLE": "DEP",
        "SC": "SCP", "SCEG": "DESC", "BPAT": "BPA", "AZPS": "AZPS", "SRP": "SRP", "PACE": "PACE", "PSCO": "PSCO",
        "PACW": "PACW", "PGE": "PGE",
    }
)  # fmt: skip
"""The study's name by EIA-930 balancing authority."""

REGION_OF = MappingProxyType(
    {"MIDA": "PJM", "MIDW": "MISO", "TEX": "ERCOT", "CAL": "CAISO", "NY": "NYISO", "NE": "ISO-NE", "CENT": "SPP",
     "TEN": "TVA", "SE": "SOCO"}
)  # fmt: skip
"""The authority that an EIA-930 region is, or is mostly: MIDW, CAL, CENT and SE hold others besides."""

WIDER = MappingProxyType(
    {
        "MIDW": "MISO with LG&E and KU, AECI and others: 9% above the authority's demand in 2019",
        "CAL": "California with LADWP, BANC, IID and TIDC: 23% above the authority's demand in 2019",
        "CENT": "SPP with Southwestern Power Administration: 0.2% above the authority's demand in 2019",
        "SE": "Southern Company with PowerSouth (AEC): 2% above the authority's demand in 2019",
    }
)
"""Regions that are not one authority, and by how much more they hold."""


def published_gw(code: str, rate: float) -> float | None:
    """Published headroom of a balancing authority or of the one that a region mostly is; None if there is none."""
    name = AUTHORITY_OF.get(code) or REGION_OF.get(code) or code
    if name not in HEADROOM_GW or rate not in RATES:
        return None
    return HEADROOM_GW[name][RATES.index(rate)]
