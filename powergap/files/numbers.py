"""Text to number, by one rule for every cell, argument and option.

A number has the digits 0 to 9, a point before its decimals, and commas only between groups of three digits, as EIA
writes them: 649, 9,042, 0.5, 1e3. Everything else that Python or pandas would take is refused: 1_000, digits of other
scripts, nan, inf. Any other comma is most likely a decimal comma; read as thousands it is wrong by ten or more.
"""

from __future__ import annotations

import math
import re
import unicodedata

PLAIN = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NUMBER = rf"[+-]?[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?:\.[0-9]*)?|{PLAIN}"
"""For `fullmatch`; `PLAIN` is the same without commas, for files in which a comma may be a decimal one."""

_WHOLE = re.compile(r"[+-]?[0-9]+")
_EUROPEAN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+")
_SEPARATORS = re.compile(r"[\s_'\u2019]")
MOST_LETTERS = 60
"""Of a text that a remedy is looked for; longer ones are no slip of the pen."""


def number(text: str, *, thousands: bool = True) -> float:
    """The number that a text is.

    >>> number("9,042"), number(" 0.5 ")
    (9042.0, 0.5)

    Args:
        text: blanks around it do not count.
        thousands: False where a comma may be a decimal one, as in a file whose cells are separated by semicolons.

    Raises:
        ValueError: it is none, or not finite; the message has the remedy.
    """
    written = text.strip()
    if re.fullmatch(NUMBER if thousands else PLAIN, written):
        found = float(written.replace(",", ""))
        if math.isfinite(found):
            return found
    raise ValueError(f"{text!r} is no number{remedy(written)}")


def whole(text: str) -> int:
    """The whole number that a text is; no commas, as it is a year or a count.

    >>> whole("2030"), whole("-15")
    (2030, -15)

    Raises:
        ValueError: it is none; the message has the remedy.
    """
    if is_whole(text.strip()):
        return int(text)
    raise ValueError(f"{text!r} is no whole number{remedy(text.strip())}")


def is_whole(text: str) -> bool:
    """True for the digits 0 to 9, with or without a sign.

    >>> is_whole("2030"), is_whole("2_030"), is_whole("\u0662\u0660\u0663\u0660")
    (True, False, False)
    """
    return len(text) <= MOST_LETTERS and bool(_WHOLE.fullmatch(text))


def remedy(text: str) -> str:
    """`; write 602.2` for a text that is nearly a number, else nothing.

    >>> remedy("602,2")
    '; write 602.2: decimals follow a point, and commas separate thousands'
    >>> remedy("1,200"), remedy("1_000"), remedy("abc")
    ('; write 1200, or 1.200 if the comma is a decimal one', '; write 1000', '')
    """
    if len(text) > MOST_LETTERS:
        return ""
    written = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    bare = _SEPARATORS.sub("", written)
    if bare.endswith("%") and re.fullmatch(PLAIN, bare[:-1]):
        return f"; write {float(bare[:-1]) / 100:g} for {text}"
    if _EUROPEAN.fullmatch(bare) and not re.fullmatch(NUMBER, bare):
        plain = bare.replace(".", "").replace(",", ".")
        return f"; write {plain}: decimals follow a point, and commas separate thousands"
    if re.fullmatch(NUMBER, bare) and "," in bare:
        other = f", or {bare.replace(',', '.')} if the comma is a decimal one" if bare.count(",") == 1 else ""
        return f"; write {bare.replace(',', '')}{other}"
    if re.fullmatch(PLAIN, bare) and bare != text and math.isfinite(float(bare)):
        return f"; write {bare}"
    return "; commas separate thousands" if re.fullmatch(r"[0-9.,]+", bare) and "," in bare else ""
