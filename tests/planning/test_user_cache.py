"""Where the cache lies, how large it may be, and that a study solved from it gives the same run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import powergap
from powergap import lp
from powergap.errors import InputError
from powergap.planning import user_cache
from powergap.planning.user_cache import default_folder
from powergap.results.run_folder import write_run


@pytest.fixture
def cache(tmp_path):
    return lp.SolutionCache(tmp_path / "cache", 10**8)


@pytest.mark.parametrize(
    ("system", "environment", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/caches"}, Path("/caches/powergap")),
        ("linux", {"XDG_CACHE_HOME": "not/absolute"}, Path.home() / ".cache/powergap"),
        ("linux", {}, Path.home() / ".cache/powergap"),
        ("darwin", {"XDG_CACHE_HOME": "/caches"}, Path.home() / "Library/Caches/powergap"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/powergap/Cache")),
    ],
)
def test_the_platform_says_where(system, environment, folder):
    assert default_folder(environment, system) == folder


def test_the_environment_says_where_and_how_large(tmp_path):
    found = user_cache({"POWERGAP_CACHE_DIR": str(tmp_path), "POWERGAP_CACHE_MB": "0.5"})
    assert (found.folder, found.most_bytes) == (tmp_path, 500_000)
    assert user_cache({}).most_bytes == 10**9


@pytest.mark.parametrize("text", ["1 GB", "-1", "nan", "inf"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(InputError, match="is no size; expected megabytes"):
        user_cache({"POWERGAP_CACHE_MB": text})


SMALL = ("chronology.typical_days=1", "chronology.stress_days=1")


def solved(cache, name, *sets, **options):
    return powergap.solve(powergap.load(name, sets=sets, **options), cache=cache)


def from_cache(run):
    return {(entry.policy, entry.case): entry.from_cache for entry in run.manifest.runs}


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("us-2030", SMALL),
        ("us-2030", (*SMALL, "objective=least_gap")),
        ("tiny/short-sight", ()),
        ("tiny/missed-peak", ()),
        ("tiny/two-regions", ()),
    ],
)
def test_a_run_from_the_cache_is_the_run_that_was_solved(cache, tmp_path, name, sets):
    """Perfect and myopic foresight, both objectives, and rounds of the full-year check: every file byte for byte."""
    options = {"policies": ["grid-only", "gas-and-storage"], "cases": ["high"]} if name == "us-2030" else {}
    runs = {
        "fresh": solved(None, name, *sets, **options),
        "first": solved(cache, name, *sets, **options),
        "again": solved(cache, name, *sets, **options),
    }
    assert set(from_cache(runs["first"]).values()) == {False}
    assert set(from_cache(runs["again"]).values()) == {True}
    for which, run in runs.items():
        write_run(run, tmp_path / which)
        for table in run.tables:
            pd.testing.assert_frame_equal(run[table], runs["fresh"][table], check_exact=True)
        for file in [tmp_path / which / "scenario.resolved.yaml", *(tmp_path / which / "tables").iterdir()]:
            assert file.read_bytes() == (tmp_path / "fresh" / file.relative_to(tmp_path / which)).read_bytes()
    fresh, again = runs["fresh"].manifest, runs["again"].manifest
    assert all(check.passed for check in again.audit)
    for old, new in zip(fresh.runs, again.runs, strict=True):
        as_before = {"stages": old.stages, "from_cache": old.from_cache}
        assert new.model_copy(update=as_before) == old
        assert all(stage.kept_since_utc for stage in new.stages)
        assert not any(stage.kept_since_utc for stage in old.stages)


def test_another_policy_or_another_value_solves_only_what_is_new(cache):
    """us-2030: low and mid case are kept; a gap price in the mid case alone leaves the low case as it was."""
    options = {"policies": ["grid-only"], "cases": ["low", "mid"]}
    solved(cache, "us-2030", *SMALL, **options)
    more = solved(cache, "us-2030", *SMALL, policies=["grid-only", "onsite-gas"], cases=["low", "mid"])
    assert [run for run, kept in from_cache(more).items() if kept] == [("grid-only", "low"), ("grid-only", "mid")]
    assert [run for run, kept in from_cache(more).items() if not kept] == [("onsite-gas", "low"), ("onsite-gas", "mid")]
    dearer = solved(cache, "us-2030", *SMALL, "cases.mid.set.value_of.delayed_load_usd_per_kw_year=3000", **options)
    assert from_cache(dearer) == {("grid-only", "low"): True, ("grid-only", "mid"): False}


def test_a_profile_counts_by_what_it_holds(cache, tmp_path):
    """The same path with other hours in it is another question; the same hours under another name are not."""
    hours = ["load", *["1.0"] * 8760]
    (tmp_path / "a.csv").write_text("\n".join(hours) + "\n")

    def run(path):
        sets = (f"chronology.profiles={path}", "chronology.kind=representative", "chronology.typical_days=1")
        return from_cache(solved(cache, "tiny/one-block", *sets))["base", "mid"]

    assert not run(tmp_path / "a.csv")
    assert run(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    assert run(tmp_path / "b.csv")
    hours[2::2] = ["0.5"] * 4380
    (tmp_path / "a.csv").write_text("\n".join(hours) + "\n")
    assert not run(tmp_path / "a.csv")


def test_what_has_no_plan_is_asked_again(cache):
    """A CO2 cap of 1 Mt cannot hold the fleet; an infeasible program has no proof that could be kept."""
    for _ in range(2):
        run = solved(cache, "tiny/one-block", "limits.co2_mt_per_year=1")
        assert (run.status, from_cache(run)) == ({("base", "mid"): "infeasible"}, {("base", "mid"): False})
