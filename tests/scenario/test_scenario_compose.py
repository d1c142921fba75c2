# ruff: noqa: E501 - tables of exact messages
"""`extends`, merging, deletion and `--set`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_samples import VALID, catalog

from powergap.errors import InputError
from powergap.scenario import bundled_scenarios, load, read_study
from powergap.scenario.read.compose import compose, read_override
from powergap.scenario.read.nodes import Place, leaves, merge, nearest, plain, planted, spell


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "valid.yaml").write_text(VALID, encoding="utf-8")
    return tmp_path


def write(folder, name, text):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def error(call, *arguments, **options):
    with pytest.raises(InputError) as raised:
        call(*arguments, **options)
    return [str(problem) for problem in raised.value.problems]


def composed(folder, name):
    return plain(compose(folder / name))


def test_maps_merge_lists_replace_null_deletes(folder):
    write(folder, "base.yaml", "a: {b: 1, c: [1, 2], d: {e: 1}}\nlevers: {l: {}}\ng: 1\n")
    write(folder, "top.yaml", "extends: base.yaml\na: {c: [3], d: {f: 2}, b: ~}\nlevers: {l: ~}\ng: ~\n")
    assert composed(folder, "top.yaml") == {"a": {"c": [3], "d": {"e": 1, "f": 2}}, "levers": {}}


def test_later_files_win_and_the_file_itself_last(folder):
    write(folder, "one.yaml", "a: 1\nb: 1\nc: 1\n")
    write(folder, "two.yaml", "a: 2\nb: 2\n")
    write(folder, "top.yaml", "extends: [one.yaml, two.yaml]\na: 3\n")
    assert composed(folder, "top.yaml") == {"a": 3, "b": 2, "c": 1}


def test_a_rule_or_a_catalog_name_replaces_the_whole_series():
    place = Place("f")
    base = planted({"s": {2026: 1, 2027: 2}, "t": {"from_catalog": "x", "times": 2}}, place)
    over = planted({"s": {2026: 5, "then": "hold"}, "t": {2028: 7}}, place)
    assert plain(merge(base, over)) == {
        "s": {2026: 5, "then": "hold"},
        "t": {"from_catalog": "x", "times": 2, 2028: 7},
    }


def test_folders_up_and_down_and_a_diamond(folder):
    write(folder, "base.yaml", "a: 1\n")
    write(folder, "sub/left.yaml", "extends: ../base.yaml\nl: 1\n")
    write(folder, "sub/right.yaml", "extends: ../base.yaml\nr: 1\n")
    write(folder, "sub/top.yaml", "extends: [left.yaml, right.yaml]\n")
    assert composed(folder, "sub/top.yaml") == {"a": 1, "l": 1, "r": 1}


def test_values_keep_the_file_and_line_they_come_from(folder):
    write(folder, "base.yaml", "a:\n  b: 1\n  c: 2\n")
    write(folder, "top.yaml", "extends: base.yaml\na: {c: 3}\n")
    places = {spell(path): (leaf.place.file, leaf.place.line) for path, leaf in leaves(compose(folder / "top.yaml"))}
    assert places == {"a.b": (str(folder / "base.yaml"), 2), "a.c": (str(folder / "top.yaml"), 2)}


def test_circles_are_named(folder):
    write(folder, "one.yaml", "extends: two.yaml\n")
    write(folder, "two.yaml", "a: 1\nextends: one.yaml\n")
    assert error(compose, folder / "one.yaml") == [
        f"{folder / 'two.yaml'}:2:10 extends: extends in a circle: one.yaml -> two.yaml -> one.yaml"
    ]


@pytest.mark.parametrize("path", ["/tmp/x.yaml", "C:\\x.yaml", "C:x.yaml", "\\\\host\\x.yaml"])
def test_absolute_paths_are_refused(folder, path):
    write(folder, "top.yaml", f"extends: '{path}'\n")
    assert "absolute paths break elsewhere" in error(compose, folder / "top.yaml")[0]


def test_other_wrong_extends(folder):
    for value in ("{a: 1}", "3", "[1]", "''", "us-2031", "vallid.yaml", "."):
        write(folder, "top.yaml", f"extends: {value}\n")
        assert error(compose, folder / "top.yaml")
    write(folder, "top.yaml", "extends: vallid.yaml\n")
    assert "did you mean `valid.yaml`" in error(compose, folder / "top.yaml")[0]


def test_a_mistake_in_an_extended_file_is_told_there(folder):
    write(folder, "valid.yaml", VALID.replace("base_gw: 20", "base_gw: lots"))
    write(folder, "top.yaml", "extends: valid.yaml\nname: top\n")
    told = error(load, "top.yaml", catalog=catalog())
    said = "regions.pjm.demand.base_gw: expected a number in GW, got the text 'lots'"
    assert told == [f"valid.yaml:10:16 {said} (requested at top.yaml:1:10 extends)"]


def test_a_file_may_extend_a_bundled_scenario(folder):
    write(folder, "top.yaml", "extends: us-2030\nname: mine\n")
    assert load("top.yaml", policies=["grid-only"], cases=["mid"]).name == "mine"


def test_bundled_names_and_nearest_ones(folder):
    assert {"us-2030", "us-2035"} <= set(bundled_scenarios())
    assert "did you mean `us-2030`" in error(load, "us-2o30")[0]
    assert "`valid.yaml`" in error(load, "valod.yaml")[0]


def test_x_keys_are_ignored_in_every_file(folder):
    write(folder, "base.yaml", "x-a: 1\na: 1\n")
    write(folder, "top.yaml", "extends: base.yaml\nx-b: 1\n")
    assert composed(folder, "top.yaml") == {"a": 1}


# --- --set ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a.b=1.5e3", ("a", "b"), 1500.0),
        ("a.2028=3", ("a", 2028), 3),
        ('a."b.c".d=x', ("a", "b.c", "d"), "x"),
        ("a.[b.c].d={e: 1}", ("a", "b.c", "d"), {"e": 1}),
        ("a[b.c].d=[1, 2]", ("a", "b.c", "d"), [1, 2]),
        ("a['2028']=~", ("a", "'2028'"), None),
        (" a . b = true", ("a", "b"), True),
        ("a=b=c", ("a",), "b=c"),
    ],
)
def test_set_is_read_as_yaml(text, path, value):
    override = read_override(text)
    assert override.path == path
    assert plain(override.node) == value


def test_a_file_that_is_set_counts_from_where_the_command_is_given(tmp_path, monkeypatch):
    """A bundled scenario lies where nobody keeps hours; one that `data/s.yaml` names lies in `data`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/s.yaml").write_text("extends: tiny/battery\nchronology: {kind: full, profiles: hours.csv}\n")
    for named in ("data/hours.csv", "set.csv"):
        (tmp_path / named).write_text("load\n" + "0.9\n" * 8760)
    absolute = (tmp_path / "set.csv").as_posix()
    for sets, path in (
        ([], "data/hours.csv"),
        (["chronology.profiles=set.csv"], "set.csv"),
        ([f"cases.mid.set.chronology.profiles={absolute}"], absolute),
        (["chronology={kind: full, profiles: set.csv}"], "set.csv"),
    ):
        study = load("data/s.yaml", sets=sets)
        again = read_study(study.resolved_document())
        assert [run.chronology.profiles for run in (*study.runs, *again.runs)] == [path] * 2 * len(study.runs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b", "--set a.b: expected `path=value`"),
        ("a..b=1", "--set a..b: a part of the path is empty; expected names joined by dots"),
        ("=1", "--set : a part of the path is empty; expected names joined by dots"),
        ("a.=1", "--set a.: a part of the path is empty; expected names joined by dots"),
        ("a[b=1", "--set a[b: no `]` closes the name"),
        ("a=", "--set a: no value after `=`; write `~` to delete"),
        (
            "a={b",
            "--set a: not valid YAML: while parsing a flow mapping expected ',' or '}', but got '<stream end>'",
        ),
        ("extends=x", "--set extends: `extends` is read before `--set` and cannot be set"),
    ],
)
def test_malformed_set(text, said):
    assert error(read_override, text) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "regions.pjm.demand.base_gw=3e6",
            "--set regions.pjm.demand.base_gw: 3e+06 is outside 0 to 2000 GW; were megawatts meant?",
        ),
        (
            "regions.pjm.demand={base_gw: x}",
            "--set regions.pjm.demand base_gw: expected a number in GW, got the text 'x'",
        ),
        ("regoins.pjm.title=x", "--set regoins.pjm.title: unknown key; did you mean `regions`?"),
        (
            "technologies.batttery.life_years=3",
            "--set technologies.batttery.life_years: no technology `batttery` in the catalog; did you mean `battery`? (one of your own needs `kind` and all its values, or `like: another`)",
        ),
        (
            "technologies.bat=~",
            "--set technologies.bat: nothing to delete; an empty value means delete, write `{}` for an entry without overrides; did you mean `battery`?",
        ),
        ("reference_policy=wiat", "--set reference_policy: unknown policy `wiat`; did you mean `wait`?"),
    ],
)
def test_set_problems_name_the_option(folder, text, said):
    assert error(load, "valid.yaml", sets=[text], catalog=catalog()) == [said]


def test_set_wins_over_policies_and_cases(folder):
    study = load(
        "valid.yaml", sets=["value_of.delayed_load_usd_per_kw_year=1", "readings.demand=low"], catalog=catalog()
    )
    assert {run.value_of.delayed_load_usd_per_kw_year for run in study.runs} == {1.0}
    assert {run.readings.demand for run in study.runs} == {"low"}
    assert study.composed["value_of"]["delayed_load_usd_per_kw_year"] == 1


def test_later_set_wins_and_order_is_kept(folder):
    study = load("valid.yaml", sets=["regions.pjm.demand.base_gw=1", "regions.pjm.demand.base_gw=2"], catalog=catalog())
    assert study.runs[0].regions["pjm"].demand.base_gw == 2


def test_set_may_change_policies_levers_and_delete(folder):
    sets = [
        "policies.lean=~",
        "levers.flexible.set.technologies.flexible.contract_years=9",
        "technologies.battery=~",
    ]
    study = load("valid.yaml", sets=sets, catalog=catalog())
    assert list(study.policies) == ["wait", "build"]
    build = study.run("build")
    assert build.technologies["flexible"].contract_years == 9
    assert "battery" not in build.technologies


def test_all_malformed_sets_are_told_at_once(folder):
    assert len(error(load, "valid.yaml", sets=["a", "b..c=1", "d="], catalog=catalog())) == 3


PLAIN = st.recursive(
    st.integers(-9, 9) | st.text("abc", max_size=2),
    lambda below: st.dictionaries(st.sampled_from("abcd"), below, max_size=3) | st.lists(below, max_size=2),
    max_leaves=8,
)
MAPS = st.dictionaries(st.sampled_from("abcd"), PLAIN, max_size=4)


@given(MAPS, MAPS)
def test_what_is_laid_over_holds_and_nothing_else_changes(one, two):
    a, b = planted(one, Place("1")), planted(two, Place("2"))
    merged = merge(a, b)
    for path, leaf in leaves(b):
        assert nearest(merged, path) is leaf.place
    assert plain(merge(a, a)) == plain(merge(a, planted({}, Place("3")))) == one
    assert plain(merge(merged, b)) == plain(merged)
    assert (plain(a), plain(b)) == (one, two)
