"""What every part of a scenario has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from powergap.names import MOST_LETTERS, PATTERN


class Part(BaseModel):
    """Base of every part of a scenario: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


Name = Annotated[str, Field(pattern=PATTERN, max_length=MOST_LETTERS)]
Year = Annotated[int, Field(ge=1990, le=2100)]
