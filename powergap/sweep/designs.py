"""Which draws are taken: a seeded design over the inputs' quantiles, with rank correlations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special
from scipy.stats import qmc

from powergap.arrays import Floats
from powergap.errors import InputError, Problem
from powergap.scenario import Study
from powergap.scenario.sweep_schema import SweepSection, UncertainInput

EDGE = 1e-9
"""How far quantiles stay from 0 and 1, where some distributions have no end."""

SWINGS = (0.1, 0.9)
"""Quantiles to which the tornado moves one input at a time."""

MOST_GRID_POINTS = 10_000_000

BASE, SWING, DRAW, MIXED = "base", "swing", "draw", "mixed"
"""Roles of points: the scenario as it stands, one input moved, a draw, a draw for Sobol indices alone."""


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    Attributes:
        inputs: keys of the inputs.
        roles: what each point is for, [point].
        quantiles: of each input; NaN leaves the scenario's value, [point, input].
    """

    inputs: tuple[str, ...]
    roles: tuple[str, ...]
    quantiles: Floats

    def rows(self, *roles: str) -> npt.NDArray[np.int64]:
        """Numbers of the points of some roles."""
        return np.flatnonzero(np.isin(self.roles, roles))

    def table(self) -> pd.DataFrame:
        """One row per point: its number, role and the inputs' quantiles."""
        about = pd.DataFrame({"point": np.arange(len(self.roles)), "role": pd.Series(self.roles, dtype="str")})
        return about.join(pd.DataFrame(self.quantiles, columns=list(self.inputs)))


def design_of(study: Study) -> Design:
    """The points of a study's sweep: the scenario as it stands, each input moved alone, then the draws.

    Raises:
        InputError: a grid with weights, a correlation that cannot be, or too few or too many points.
    """
    section = study.sweep
    target = _target(study)
    count = len(section.inputs)
    extra = np.full((1 + len(SWINGS) * count, count), np.nan)
    for number, quantile in itertools.product(range(count), range(len(SWINGS))):
        extra[1 + number * len(SWINGS) + quantile, number] = SWINGS[quantile]
    draws, mixed = _draws(study, section)
    if target is not None:
        draws = correlated(draws, target)
    every = np.concatenate([extra, np.clip(np.concatenate([draws, mixed]), EDGE, 1 - EDGE)])
    roles = (BASE, *(SWING,) * (len(extra) - 1), *(DRAW,) * len(draws), *(MIXED,) * len(mixed))
    return Design(tuple(section.inputs), roles, every)


def _draws(study: Study, section: SweepSection) -> tuple[Floats, Floats]:
    """Quantiles of the draws, and of those that Sobol indices need besides, [point, input]."""
    count = len(section.inputs)
    none = np.empty((0, count))
    if section.design == "grid":
        return _grid(study, section), none
    if section.design == "saltelli":
        return _saltelli(study, section)
    if section.design == "sobol":
        return _sobol(count, section.draws, section.seed), none
    return qmc.LatinHypercube(count, rng=np.random.default_rng(section.seed)).random(section.draws), none


def _sobol(count: int, draws: int, seed: int) -> Floats:
    """The first points of a scrambled Sobol sequence; a power of two fills the space evenly."""
    sampler = qmc.Sobol(count, scramble=True, rng=np.random.default_rng(seed))
    points: Floats = sampler.random_base2(max(0, math.ceil(math.log2(draws))))[:draws]
    return points


def _grid(study: Study, section: SweepSection) -> Floats:
    """Every combination; a distribution is taken at the middles of equally likely parts."""
    problems = [
        _at(study, ("sweep", "inputs", name), "a full grid visits each value once; weights need another design")
        for name, one in section.inputs.items()
        if one.weights
    ]
    if section.correlations:
        problems.append(_at(study, ("sweep", "correlations"), "a full grid has no correlations"))
    levels = [_levels(one) for one in section.inputs.values()]
    if (points := math.prod(map(len, levels))) > MOST_GRID_POINTS:
        message = f"a full grid of {points:,} points; lower `levels` or take another design"
        problems.append(_at(study, ("sweep", "design"), message))
    if problems:
        raise InputError(problems)
    return np.array(list(itertools.product(*levels)))


def _levels(one: UncertainInput) -> Floats:
    count = len(one.values) if one.values else one.levels
    middles: Floats = (np.arange(count) + 0.5) / count
    return middles


def _saltelli(study: Study, section: SweepSection) -> tuple[Floats, Floats]:
    """Two samples A and B, and for each input A with that input's column of B, one below the other.

    Saltelli et al., Computer Physics Communications 181 (2010) 259-270. Their size is the largest power of two
    that keeps all points within `draws`.
    """
    count = len(section.inputs)
    size = 2 ** int(math.log2(max(1.0, section.draws / (count + 2))))
    if section.correlations:
        message = "Sobol indices need inputs that are drawn apart; leave the correlations out or take another design"
        raise InputError([_at(study, ("sweep", "correlations"), message)])
    if size < 2:
        least = 2 * (count + 2)
        raise InputError([_at(study, ("sweep", "draws"), f"saltelli needs at least {least} draws of {count} inputs")])
    both = _sobol(2 * count, size, section.seed)
    first, second = both[:, :count], both[:, count:]
    mixed = []
    for column in range(count):
        one = first.copy()
        one[:, column] = second[:, column]
        mixed.append(one)
    return np.concatenate([first, second]), np.concatenate(mixed)


def correlated(quantiles: Floats, target: Floats) -> Floats:
    """The same values of every input, put into an order that has given rank correlations.

    Iman and Conover, Communications in Statistics B11 (1982) 311-334, on normal scores.

    Args:
        quantiles: independent draws, [point, input].
        target: Spearman's correlations, [input, input].
    """
    count = len(quantiles)
    ranks = quantiles.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    scores = special.ndtri((ranks + 1) / (count + 1))
    # Of normal scores Pearson's correlation is asked for: it is 2 sin(pi/6 rho) where Spearman's is rho.
    wanted = np.linalg.cholesky(2 * np.sin(np.pi / 6 * target))
    had = np.linalg.cholesky(np.corrcoef(scores, rowvar=False))
    order = (scores @ np.linalg.inv(had).T @ wanted.T).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    found: Floats = np.take_along_axis(np.sort(quantiles, axis=0), order, axis=0)
    return found


def _target(study: Study) -> Floats | None:
    """Rank correlations of the inputs, [input, input]; None where all are drawn apart."""
    names = list(study.sweep.inputs)
    problems: list[Problem] = []
    matrix = np.eye(len(names))
    for number, one in enumerate(study.sweep.correlations):
        unknown = [name for name in one.between if name not in names]
        for name in unknown:
            message = f"`{name}` is no input of the sweep; its inputs are {', '.join(names)}"
            problems.append(_at(study, ("sweep", "correlations", number), message))
        if unknown:
            continue
        first, second = map(names.index, one.between)
        if first == second or matrix[first, second]:
            message = "correlates an input with itself" if first == second else "the two are correlated already"
            problems.append(_at(study, ("sweep", "correlations", number), message))
        matrix[first, second] = matrix[second, first] = one.rank_correlation
    if not problems and study.sweep.correlations:
        if np.linalg.eigvalsh(2 * np.sin(np.pi / 6 * matrix)).min() <= 1e-9:
            message = "no draws can have all these correlations at once (the matrix is not positive definite)"
            problems.append(_at(study, ("sweep", "correlations"), message))
        if study.sweep.draws <= len(names):
            message = f"{study.sweep.draws} draws of {len(names)} inputs: too few for correlations"
            problems.append(_at(study, ("sweep", "draws"), message))
    if problems:
        raise InputError(problems)
    return matrix if study.sweep.correlations else None


def _at(study: Study, path: Sequence[str | int], message: str) -> Problem:
    return replace(study.where_in_file(*path), message=message)
