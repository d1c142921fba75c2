"""How real lists write dates and stages, and what of it is read as what."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from types import MappingProxyType

from powergap.files.numbers import is_whole

FIRST_YEAR, LAST_YEAR = 1990, 2100
EXPECTED = "expected a year, a month or a day, such as 2027, 2027-06 or 2027-06-30"
EXCELS_DAY_0 = datetime.date(1899, 12, 30)
"""From which Excel counts days, once its leap year 1900 is over."""

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm]|Z)?)?"
_DAY_AND_TIME = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_TIME}", re.ASCII)
_YEAR_AS_DECIMAL = re.compile(r"(\d{4})\.0*", re.ASCII)
_DAY_NUMBER = re.compile(r"(\d{5})(?:\.\d*)?", re.ASCII)
_SLASHES = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_TIME}", re.ASCII)

SAME_STAGE = MappingProxyType(
    {
        **dict.fromkeys(
            ("existing", "operational", "in_operation", "in_service", "online", "energized", "commissioned",
             "completed", "complete", "built", "commercial_operation"), "operating",
        ),
        **dict.fromkeys(("under_construction", "construction"), "in_construction"),
        **dict.fromkeys(("ia_executed", "executed", "ia_fully_executed", "signed", "under_contract"), "contracted"),
        **dict.fromkeys(("proposed",), "announced"),
        **dict.fromkeys(("canceled", "withdrawn", "terminated", "abandoned"), "cancelled"),
    }
)  # fmt: skip
"""Words of real lists that say the same as a stage, as LBNL, the ISOs and EIA use them."""

UNCLEAR_STAGE = MappingProxyType(
    {
        **dict.fromkeys(("suspended", "on_hold", "paused", "delayed", "inactive"), ("announced", "cancelled")),
        **dict.fromkeys(("planned", "active", "pending", "in_progress", "in_development"), ("announced", "permitted")),
        **dict.fromkeys(("approved", "committed", "ia_pending"), ("permitted", "contracted")),
        **dict.fromkeys(("not_started", "study", "feasibility_study", "permitting", "rumored"), ("announced",)),
    }
)  # fmt: skip
"""Words that may say one thing or another, with the stages that they may be."""


def plain_stage(text: str) -> str:
    """A stage as it is spelled in a scenario.

    >>> plain_stage("In Construction")
    'in_construction'
    """
    return re.sub(r"[\s\-_/]+", "_", text.strip().casefold())


def stage_hint(word: str) -> str:
    """What a word that is no stage may be, as the end of a sentence; empty where that is not known."""
    word = plain_stage(word)
    if word in SAME_STAGE:
        return f"`{SAME_STAGE[word]}` says the same"
    return f"is it {' or '.join(f'`{one}`' for one in UNCLEAR_STAGE[word])}?" if word in UNCLEAR_STAGE else ""


def checked_date(text: str) -> str:
    """A year, a month or a day of the calendar, as it is written.

    Raises:
        ValueError: it is none; the message has the remedy.
    """
    parts = text.split("-")
    shaped = len(parts) <= 3 and len(parts[0]) == 4 and all(1 <= len(part) <= 2 for part in parts[1:])
    if shaped and all(map(is_whole, parts)) and FIRST_YEAR <= int(parts[0]) <= LAST_YEAR:
        try:
            datetime.date(*map(int, [*parts, "1", "1"][:3]))
        except ValueError:
            raise ValueError(f"`{text}` is no date of the calendar; {EXPECTED}") from None
        return text
    raise ValueError(f"`{text}` is no date; {EXPECTED}{_meant(text)}")


def _meant(text: str) -> str:
    if slashes := _SLASHES.fullmatch(text):
        first, second, year = (int(part) for part in slashes.groups())
        if 1 <= first <= 12 and 1 <= second <= 12:
            return f": it may be {year}-{first:02}-{second:02} or {year}-{second:02}-{first:02}"
    return ""


def order_of_slashes(texts: Iterable[str]) -> str:
    """`month` or `day`, whichever stands first in dates such as 6/30/2027; empty where no date of a list tells."""
    found = {
        "month" if int(slashes[2]) > 12 else "day"
        for text in texts
        if (slashes := _SLASHES.fullmatch(text)) and (int(slashes[1]) > 12) != (int(slashes[2]) > 12)
    }
    return found.pop() if len(found) == 1 else ""


def as_date(text: str, order: str) -> tuple[str, str]:
    """A date of a spreadsheet as a scenario writes it, and how it was read; the text itself, and nothing, if it is not.

    >>> as_date("2027.0", ""), as_date("46568", ""), as_date("6/30/2027 0:00", "month")
    (('2027', 'a year'), ('2027-06-30', "Excel's number of a day"), ('2027-06-30', 'month/day/year'))

    Args:
        text: of the cell.
        order: as `order_of_slashes` of the whole column.
    """
    if year := _YEAR_AS_DECIMAL.fullmatch(text):
        return year[1], "a year"
    if (day := _DAY_AND_TIME.fullmatch(text)) and day[1] != text:
        return day[1], "a day without its time"
    if number := _DAY_NUMBER.fullmatch(text):
        day_of_excel = EXCELS_DAY_0 + datetime.timedelta(days=int(number[1]))
        if FIRST_YEAR <= day_of_excel.year <= LAST_YEAR:
            return day_of_excel.isoformat(), "Excel's number of a day"
    if order and (slashes := _SLASHES.fullmatch(text)):
        month, day_of_month = (slashes[1], slashes[2]) if order == "month" else (slashes[2], slashes[1])
        said = "month/day/year" if order == "month" else "day/month/year"
        return f"{slashes[3]}-{int(month):02}-{int(day_of_month):02}", said
    return text, ""
