"""The power balance: what carries load equals what load draws, in every hour."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from powergap import lp
from powergap.model.ledger import Ledger


def add_balance(m: pyo.ConcreteModel, ledger: Ledger) -> None:
    """Add the balance of all supply and draw terms in the ledger."""
    supply, draw = ledger.terms("supply"), ledger.terms("draw")

    def power_balance(m: Any, r: Any, y: Any, d: Any, h: Any) -> Any:
        r"""Balance power in every hour.

        .. math:: \sum_c D_c + \sum_g P_g + \sum_s X^-_s + \sum_k F_k + Z = \ell E + \sum_s X^+_s

        (every symbol at r, y, d, h)

        Units: GW; dual M$/GW, discounted and weighted by the hours the step stands for.
        """
        return sum(term[r, y, d, h] for term in supply) == sum(term[r, y, d, h] for term in draw)

    m.power_balance = lp.Constraint(m.REGIONS, m.YEARS, m.PERIODS, m.HOURS, rule=power_balance)
