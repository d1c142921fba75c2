"""Packages whose versions decide the answers: all workers must have the same."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache

from powergap.errors import InputError
from powergap.lp.versions import version_of

PACKAGES = ("powergap", "pyomo", "highspy", "numpy", "scipy", "pydantic")


@cache
def versions() -> Mapping[str, str]:
    """Versions of Python and of the packages in this process, which reads them from their files once."""
    return {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}}


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Which versions differ, in words."""
    return [
        f"{name} {found.get(name)} instead of {version}"
        for name, version in wanted.items()
        if found.get(name) != version
    ]


def check_versions(wanted: Mapping[str, str]) -> None:
    """Refuse to work with other versions.

    Raises:
        InputError: they differ; the message names each.
    """
    if told := differences(wanted, versions()):
        raise InputError(f"a worker on {platform.node()} has {', '.join(told)}; install the same versions everywhere")
