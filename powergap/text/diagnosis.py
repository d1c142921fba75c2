"""A diagnosis of an infeasible run as text."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from powergap.text.layout import paragraph


class Diagnosed(Protocol):
    """What is shown of a diagnosis."""

    @property
    def policy(self) -> str: ...  # noqa: D102
    @property
    def case(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def table(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def sentences(self) -> tuple[str, ...]: ...  # noqa: D102


def render(diagnosis: Diagnosed, width: int | None = None) -> str:
    """One line for the verdict, then a paragraph for each limit of each conflict."""
    name = " / ".join(filter(None, (diagnosis.policy, diagnosis.case)))
    head = f"{name}: {diagnosis.status}." if name else f"{diagnosis.status.capitalize()}."
    lines = [paragraph(f"{head} {diagnosis.sentences[0]}", width)]
    for sentence in diagnosis.sentences[1:]:
        if "cannot hold together:" in sentence and sentence.startswith("Conflict"):
            lines += ["", paragraph(sentence, width)]
        else:
            lines.append(paragraph(f"- {sentence}", width, "  ") if width else f"  - {sentence}")
    if len(diagnosis.table) and diagnosis.table["is_enough_alone"].any():
        lines.append(paragraph("Any one change marked as enough ends its conflict.", width))
    return "\n".join(lines) + "\n"
