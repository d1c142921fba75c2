"""From one unit and definition of load to another, with every factor and its source."""

from powergap.conversion.definitions import DEFINITIONS, Conversion, Factors, Step, convert
from powergap.conversion.reconcile import as_published, reconcile
from powergap.conversion.units import UNITS, Unit, amount, unit_of

__all__ = [
    "DEFINITIONS",
    "UNITS",
    "Conversion",
    "Factors",
    "Step",
    "Unit",
    "amount",
    "as_published",
    "convert",
    "reconcile",
    "unit_of",
]
