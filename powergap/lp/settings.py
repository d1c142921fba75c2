"""What the solver is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from powergap.lp.program import LinearProgram

Method = Literal["choose", "simplex", "ipm", "hipo", "pdlp"]
Option = bool | int | float | str


@dataclass(frozen=True)
class SolverSettings:
    """How to solve.

    Attributes:
        method: "choose" picks simplex or ipm by the program's shape; ipm includes crossover to a vertex.
        threads: threads of one solve. More have not been faster on programs of this kind.
        time_limit_seconds: stop after this wall time; None for no limit.
        tolerance: what our own certificate must reach before a solution is called optimal.
        options: further HiGHS options by name; they win over what is set here.
    """

    method: Method = "choose"
    threads: int = 1
    time_limit_seconds: float | None = None
    tolerance: float = 1e-5
    options: Mapping[str, Option] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that HiGHS would take for something else.

        Raises:
            ValueError: an unknown method, no threads or a negative time.
        """
        if self.method not in get_args(Method):
            raise ValueError(f"method {self.method!r}: choose from {', '.join(get_args(Method))}")
        if self.threads < 1:
            raise ValueError(f"threads must be at least 1, not {self.threads}")
        if self.time_limit_seconds is not None and not self.time_limit_seconds >= 0:
            raise ValueError(f"time_limit_seconds must not be negative, not {self.time_limit_seconds}")


def chosen_method(program: LinearProgram) -> Method:
    """Simplex, or ipm for a large program whose blocks are coupled.

    CPU s of simplex (scale strategy 4) against ipm: with crossover, 13k rows and 1 region 0.16 / 0.74, 39k rows and
    3 regions 2.7 / 6.4, 117k rows and 9 regions 175 / 88; without crossover, 78k rows and 6 regions 41 / 38, 195k rows
    and 1 region 14 / 76. (The first two are of another day than the rest.) What tells the last from the one with 9
    regions is transmission, which shows as entries per row: 3.1 in one region, 3.55 in three, 3.7 in nine. Between
    78k and 117k coupled rows nothing was measured; the limit of 100k rows is a guess.
    """
    rows, _ = program.shape
    coupled = len(program.value) > 3.4 * rows
    return "ipm" if rows > 100_000 and coupled else "simplex"


def highs_options(settings: SolverSettings, program: LinearProgram, *, warm: bool) -> dict[str, Option]:
    """HiGHS options for a solve; a warm start needs simplex, and skips presolve so that the basis fits."""
    method = settings.method
    if method == "choose":
        method = "simplex" if warm else chosen_method(program)
    options: dict[str, Option] = {
        "output_flag": False,
        "log_to_console": False,
        "solver": method,
        "threads": settings.threads,
        # Devex pricing: over thirty national programs of 14 representative days 5.8 CPU s against 7.8 with steepest
        # edge; scale strategies 0 to 4 and objective scales were slower (6.0 to 9.2). Equal on 50 days.
        "simplex_dual_edge_weight_strategy": 1,
    }
    if method in ("ipm", "hipo"):
        options["run_crossover"] = "on"
    if warm:
        options["presolve"] = "off"
    if settings.time_limit_seconds is not None:
        options["time_limit"] = float(settings.time_limit_seconds)
    return {**options, **settings.options}
