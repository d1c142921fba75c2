"""Solves a program whose parts meet in few columns: cuts of the parts' costs in a master program of those columns."""

from powergap.lp.cuts.method import CutsFailed, Guess, solve_by_cuts
from powergap.lp.cuts.pool import Pool

__all__ = ["CutsFailed", "Guess", "Pool", "solve_by_cuts"]
