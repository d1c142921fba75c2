"""Work on many items at once, and how it reports."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with solves done, solves in all, and what is being done."""
