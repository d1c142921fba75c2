"""Constants of units that more than one room converts by."""

from __future__ import annotations

HOURS_PER_YEAR = 8760
"""Hours of a year without 29 February, which every profile and every sum over a year has."""

USD_PER_MILLION = 1e6
"""$ per M$, the unit of the linear program's objective."""

TONNES_PER_MEGATONNE = 1e6
"""t per Mt, the unit of the linear program's emissions."""

MMBTU_PER_BILLION_CUBIC_FEET = 1.037e6
"""Heat content of pipeline gas, 1,037 Btu per cubic foot (EIA, US average)."""
