"""What a model holds, as plain names and arrays that outlive it."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from powergap.arrays import Floats
from powergap.lp.components import Param
from powergap.lp.pyomo_internals import is_product, labels_of


def sets(model: Any) -> dict[str, tuple[Any, ...]]:
    """Labels of every named index set; products of sets are left out."""
    return {one.name: labels_of(one) for one in model.component_objects(pyo.Set) if not is_product(one)}


def parameters(model: Any) -> dict[str, Floats]:
    """The read-only array of every `lp.Param` over sets."""
    return {one.name: one.array for one in model.component_objects(pyo.Param) if isinstance(one, Param)}
