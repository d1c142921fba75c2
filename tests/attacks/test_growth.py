"""A file of nothing but mistakes costs in proportion to its length, and few of them are looked at for a nearest name.

Calls are counted, not seconds: twice the mistakes make at most some more than twice the calls.
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import pytest

from powergap.errors import MOST_SHOWN, InputError
from powergap.files.nearest import MOST_LOOKUPS
from powergap.scenario import load

TINY = "extends: tiny/one-block\n"
PROJECTS = "demand:\n  additions_gw_per_year: ~\n  pipeline:\n    projects:\n"
ROW = "    - {{{{name: a, region: {region}, mw: 1, stage: {stage}, date: 2026}}}}\n"

# what comes before the mistakes, and one mistake
MISTAKES = {
    "keys": (TINY, "titl{0}: 1\n"),
    "keys of a part": (f"{TINY}demand:\n", "  base_gw_{0}: 1\n"),
    "technologies": (f"{TINY}technologies:\n", "  wire_{0}: {{}}\n"),
    "kinds": (f"{TINY}technologies:\n", "  w{0}: {{kind: conection{0}}}\n"),
    "supply chains": (f"{TINY}technologies:\n", "  w{0}: {{kind: storage, supply_chain: mak{0}}}\n"),
    "levers of a policy": (f"{TINY}levers: {{lever: {{}}}}\npolicies:\n  a:\n    levers:\n", "    - lever_{0}\n"),
    "policies": (f"{TINY}levers: {{lever: {{}}}}\npolicies:\n", "  p{0}: {{levers: [lever_{0}]}}\n"),
    "deletions": (f"{TINY}technologies:\n", "  wire_{0}: ~\n"),
    "deletions of a lever": (
        f"{TINY}policies: {{a: {{levers: [l]}}}}\nlevers:\n  l:\n    set:\n      technologies:\n",
        "        wire_{0}: ~\n",
    ),
    "deletions of levers": (f"{TINY}levers:\n", "  l{0}: {{set: {{technologies: {{wire_{0}: ~}}}}}}\n"),
    "connections": (f"{TINY}grid:\n  additions_gw_per_year:\n", "    wire_{0}: 1\n"),
    "limits": (f"{TINY}build_limit_gw:\n", "  wire_{0}: 1\n"),
    "fuels": (f"{TINY}fuel_price_adder_usd_per_mmbtu:\n", "  gas_{0}: 1\n"),
    "regions": (f"{TINY}only_regions:\n", "  - her_{0}\n"),
    "cases": (f"{TINY}cases:\n", "  c{0}: {{titel: 1}}\n"),
    "stages of projects": (TINY + PROJECTS, ROW.format(region="here", stage="anounced{0}")),
    "regions of projects": (
        f"extends: tiny/two-regions\n{PROJECTS}",
        ROW.format(region="nrth{0}", stage="announced"),
    ),
    "options": (f"{TINY}solver:\n  options:\n", "    thread{0}: 1\n"),
    "draws": (f"{TINY}sweep:\n  inputs:\n", "    a{0}: {{unifrm: [0, 1]}}\n"),
}

FIRST = {"keys", "technologies", "policies", "regions of projects", "deletions of a lever"}


def calls(text: str) -> int:
    """Calls of Python and of C that a refusal takes."""
    Path("s.yaml").write_text(text)
    count = 0

    def tell(frame, event, argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(tell)
    try:
        with pytest.raises(InputError):
            load("s.yaml")
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    load("tiny/two-regions")  # the catalog is read once


@pytest.mark.parametrize(
    ("before", "one"),
    [
        pytest.param(*mistakes, id=name, marks=() if name in FIRST else pytest.mark.slow)
        for name, mistakes in MISTAKES.items()
    ],
)
def test_twice_the_mistakes_are_twice_the_work(before, one, monkeypatch):
    looked, was = [], difflib.get_close_matches
    monkeypatch.setattr(difflib, "get_close_matches", lambda *rest, **named: looked.append(rest) or was(*rest, **named))
    few, many = (before + "".join(map(one.format, range(count))) for count in (400, 800))
    assert calls(many) < 2.3 * calls(few)
    looked.clear()
    with pytest.raises(InputError) as raised:
        load("s.yaml")
    assert len(looked) <= MOST_LOOKUPS
    shown = str(raised.value).splitlines()
    assert len(shown) <= MOST_SHOWN + 1
    if len(raised.value.problems) > MOST_SHOWN:
        assert shown[-1] == f"and {len(raised.value.problems) - MOST_SHOWN:,} more problems"
