"""Where solutions are kept between runs, and how much room they may take."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from powergap import lp
from powergap.errors import InputError, Problem

FOLDER = "POWERGAP_CACHE_DIR"
"""Environment variable that names the folder; default the platform's own place for caches."""
SIZE = "POWERGAP_CACHE_MB"
"""Environment variable with the most that is kept, in megabytes of 10^6 bytes."""
DEFAULT_MB = 1_000.0
LARGEST_MB = 1e9


def user_cache(environment: Mapping[str, str] = os.environ) -> lp.SolutionCache:
    """The cache of whoever runs this.

    Raises:
        InputError: `POWERGAP_CACHE_MB` is no size.
    """
    text = environment.get(SIZE) or str(DEFAULT_MB)
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = math.nan
    if not 0 <= megabytes <= LARGEST_MB:
        message = f"`{text}` is no size; expected megabytes, a number from 0 to {LARGEST_MB:.0f}"
        raise InputError([Problem(SIZE, 0, 0, "", message)])
    named = environment.get(FOLDER)
    return lp.SolutionCache(Path(named) if named else default_folder(environment), int(megabytes * 1e6))


def default_folder(environment: Mapping[str, str], system: str = sys.platform) -> Path:
    """Where the platform keeps caches: XDG on Linux, ~/Library/Caches on macOS, %LOCALAPPDATA% on Windows."""
    home = Path.home()
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "powergap" / "Cache"
    if system == "darwin":
        return home / "Library" / "Caches" / "powergap"
    named = Path(environment.get("XDG_CACHE_HOME") or "")
    # The XDG specification tells to ignore a path that is not absolute.
    return (named if named.is_absolute() else home / ".cache") / "powergap"
