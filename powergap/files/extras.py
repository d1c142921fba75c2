"""Packages that only an extra brings."""

from __future__ import annotations

import importlib
from typing import Any

from powergap.errors import InputError

EXTRA = {
    "xlsxwriter": "excel",
    "pyarrow": "parquet",
    "pyarrow.parquet": "parquet",
    "distributed": "sweep",
    "cryptography": "sweep",
    "altair": "report",
    "vl_convert": "report",
    "jinja2": "report",
    "starlette": "serve",
    "uvicorn": "serve",
}


def needed(package: str) -> Any:
    """Import a package that only an extra brings.

    Raises:
        InputError: it is not installed; the message names the extra.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        extra = EXTRA[package]
        raise InputError(
            f"this needs the package {package.replace('_', '-')}: pip install 'powergap[{extra}]'"
        ) from error
