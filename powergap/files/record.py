"""A JSON file that is written from a model and read back into it: anybody may have edited it meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from powergap.errors import InputError, Problem
from powergap.files import bounded

MOST_SHOWN = 5
"""Problems of one file that are listed."""


class Record(BaseModel):
    """Base of what such a file holds; keys that are not known are kept, unread.

    Attributes:
        mark: key by which a file of this kind is known.
        otherwise: what a file without it is called in messages.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    mark: ClassVar[str] = ""
    otherwise: ClassVar[str] = ""

    def as_record(self) -> dict[str, Any]:
        """Plain data in the order of the fields; what was never given is left out."""
        return self.model_dump(exclude_unset=True)

    def as_text(self) -> str:
        """The content of the file."""
        return json.dumps(self.as_record(), indent=2) + "\n"

    @classmethod
    def read(cls, path: Path, called: Path | None = None) -> Self:
        """Read a file.

        Args:
            path: where it is.
            called: what messages call it, where that is something else.

        Raises:
            InputError: it is not readable, of another kind, or something in it is missing or of another type.
        """
        name = str(called or path)
        try:
            bounded.refuse(path.stat().st_size, bounded.MOST_BYTES)
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise InputError([Problem(name, 0, 0, *told) for told in cls._problems(error)[:MOST_SHOWN]]) from None
        except (OSError, ValueError) as error:
            raise InputError([Problem(name, 0, 0, "", f"not readable: {error}")]) from error

    @classmethod
    def _problems(cls, error: ValidationError) -> list[tuple[str, str]]:
        """Place and message of each problem; a file that is of another kind altogether has only that."""
        found = [(one["type"], ".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)]
        kind, place, message = found[0]
        if kind == "json_invalid":
            return [("", f"not readable: {'is nested too deep' if 'recursion' in message else message}")]
        if (kind, place) == ("model_type", "") or ("missing", cls.mark) in [one[:2] for one in found]:
            return [("", cls.otherwise)]
        return [one[1:] for one in found]
