"""What is installed."""

from __future__ import annotations

import importlib.metadata


def version_of(package: str) -> str:
    """Version of an installed package; `unknown` where powergap runs from a folder that was never installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
