"""Data, no code: technologies, supply chains, fuels, demand, grid and prices, each number with its source.

`bundled()` reads the YAML files beside this module; a scenario's own `catalog:` section extends them.
"""

from powergap.catalog.reader import Catalog, UnknownEntry, bundled
from powergap.catalog.rows import CatalogRow
from powergap.catalog.schema import CatalogData, CatalogItem, Forecast, Quantity, Source

__all__ = [
    "Catalog",
    "CatalogData",
    "CatalogItem",
    "CatalogRow",
    "Forecast",
    "Quantity",
    "Source",
    "UnknownEntry",
    "bundled",
]
