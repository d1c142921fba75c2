"""A run in the words of other programs: linear-program files, the IAMC format, a PyPSA network.

Everything is read from the run folder, nothing from the model, so that what is handed over is what was solved.
"""

from __future__ import annotations

from pathlib import Path

from powergap.errors import InputError

FORMATS = ("mps", "lp", "iamc", "pypsa")


def hand_over(
    folder: Path,
    target: Path,
    form: str,
    *,
    policy: str | None = None,
    case: str | None = None,
    replace: bool = False,
) -> list[Path]:
    """Write a run for another program.

    Args:
        folder: a run folder.
        target: file to write; for pypsa a folder.
        form: mps, lp, iamc or pypsa.
        policy: which one; default: the only one (iamc: all).
        case: which one; default: the run's default case (iamc: all).
        replace: whether a network may take the place of one of another scenario, policy or case.

    Returns:
        The files written.

    Raises:
        InputError: the run, policy or case is not there, or the format cannot say what the run holds.
    """
    if form not in FORMATS:
        raise InputError(f"unknown format `{form}`; expected one of {', '.join(FORMATS)}")
    if form == "iamc":
        from powergap.export.iamc import write_iamc

        return [write_iamc(folder, target, policy=policy, case=case)]
    from powergap.export.solved import read_solved

    solved = read_solved(folder, policy, case)
    if form == "pypsa":
        from powergap.export.pypsa import write_network

        return write_network(solved, target, replace=replace)
    from powergap.export.algebraic import write_algebraic

    return [write_algebraic(solved, target, form)]
