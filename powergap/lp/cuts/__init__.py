"""Solves a program whose parts meet in few columns: cuts of the parts' costs in a master program of those columns."""

from powergap.lp.cuts.guess import Guess, Prices
from powergap.lp.cuts.method import CutsFailed, solve_by_cuts
from powergap.lp.cuts.pool import Pool

__all__ = ["CutsFailed", "Guess", "Pool", "Prices", "solve_by_cuts"]
