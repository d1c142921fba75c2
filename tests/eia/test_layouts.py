"""Every known table of EIA-930 is read to the same hours; whatever says what a row is about is read or asked about."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from powergap.eia import read_demand
from powergap.eia.layouts import BALANCE, LAYOUTS, REFUSED
from powergap.eia.sub_regions import PARTS, code_of
from powergap.errors import InputError
from tests.eia.conftest import write, write_wide, year_of_load

HOURS = year_of_load()[:48]
WHOLE = [layout for layout in LAYOUTS if not layout.part]
IN_PARTS = [layout for layout in LAYOUTS if layout.part]
by_name = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
in_parts = pytest.mark.parametrize("layout", IN_PARTS, ids=lambda one: one.name)
ALL_OF_PJM = {code_of("PJM", part): 1 / 20 for part in PARTS["PJM"].split()}
"""A twentieth of the load each."""


def table(layout, shares, hours=HOURS, **more):
    """A file of a layout as rows of text by column: for each code its share of the load."""
    rows = []
    for code, share in shares.items():
        authority, _, part = code.partition("/")
        for start, mw in hours.items():
            row = dict.fromkeys(layout.says_again, "any words") | {
                layout.authority: authority,
                layout.stamp: f"{start + pd.Timedelta(hours=1):%Y-%m-%d %H:%M}",
                **dict.fromkeys(layout.values, f"{mw * share:.6g}"),
            }
            row |= {layout.part: part} if layout.part else {}
            row |= {layout.kind: layout.demand} if layout.kind else {}
            row |= {layout.unit: "megawatthours"} if layout.unit else {}
            rows.append(row | more)
    return pd.DataFrame(rows)


def written(folder, frame, name="f.csv"):
    frame.to_csv(folder / name, index=False)
    return folder / name


def told(wrong):
    """Problems as (line, key, message)."""
    with pytest.raises(InputError) as error:
        wrong()
    assert error.value.problems, str(error.value)
    return [(one.line, one.key, one.message) for one in error.value.problems]


@by_name
def test_every_layout_is_read_to_the_same_hours(layout, tmp_path):
    shares = ALL_OF_PJM if layout.part else {"PJM": 1.0}
    demand = read_demand([written(tmp_path, table(layout, shares))])
    assert demand.sources[0].layout == layout.name
    assert demand.regions == {"PJM": tuple(sorted(shares))}
    found = demand.mw.sum(axis=1)
    assert found.index[0] == pd.Timestamp("2019-01-01 00:00", tz="UTC")
    assert found.to_numpy() == pytest.approx(HOURS.to_numpy(), rel=1e-5)


@in_parts
def test_a_part_never_stands_for_the_whole(layout, tmp_path):
    """`DOM` alone, `DOM` and `AEP`, all but `RECO`, and all with one that never reports: none of them is PJM."""
    silent = table(layout, ALL_OF_PJM)
    silent.loc[silent[layout.part] == "RECO", layout.values[-1]] = ""
    but_one = {code: share for code, share in ALL_OF_PJM.items() if code != "PJM/RECO"}
    for frame, missing in [
        (table(layout, {"PJM/DOM": 0.2}), 19),
        (table(layout, {"PJM/DOM": 0.2, "PJM/AEP": 0.1}), 18),
        (table(layout, but_one), 1),
        (silent, 1),
    ]:
        path = written(tmp_path, frame)
        for regions in (None, {"PJM": ["PJM"]}, {"east": ["PJM"]}):
            ((_, key, message),) = told(lambda path=path, regions=regions: read_demand([path], regions))
            assert key == "PJM"
            assert message.startswith(f"{missing} of its 20 sub-regions have no demand in the files: ")
            assert "PJM/RECO" in message and "--regions PJM=" in message and "PJM/DOM" in message.partition("=")[2]


@in_parts
def test_a_part_is_read_where_it_is_named(layout, tmp_path):
    path = written(tmp_path, table(layout, {"PJM/DOM": 0.25, "PJM/AEP": 0.5, "PJM/PS": 0.125}))
    demand = read_demand([path], {"virginia": ["PJM/DOM"], "two": ["PJM/DOM", "PJM/AEP"]})
    assert demand.regions == {"virginia": ("PJM/DOM",), "two": ("PJM/DOM", "PJM/AEP")}
    assert demand.mw["PJM/DOM"].to_numpy() == pytest.approx(HOURS.to_numpy() / 4, rel=1e-5)
    assert "did you mean `PJM/DOM`?" in told(lambda: read_demand([path], {"x": ["PJM/DOMM"]}))[0][2]


@in_parts
def test_a_part_does_not_count_beside_its_whole(layout, tmp_path):
    path = written(tmp_path, table(layout, ALL_OF_PJM))
    ((_, key, message),) = told(lambda: read_demand([path], {"east": ["PJM", "PJM/DOM"]}))
    assert (key, message) == ("PJM/DOM", "would count twice in east: it is a part of PJM")


@in_parts
def test_numbered_parts_that_lost_their_zeros_are_the_same_parts(layout, tmp_path):
    frame = table(layout, {code_of("MISO", part): 1 / 6 for part in PARTS["MISO"].split()})
    frame[layout.part] = frame[layout.part].str.lstrip("0")
    assert read_demand([written(tmp_path, frame)]).regions["MISO"][0] == "MISO/0001"


@in_parts
def test_parts_of_an_authority_without_a_known_list_are_asked_about(layout, tmp_path):
    path = written(tmp_path, table(layout, {"SOCO/EAST": 0.2, "SOCO/WEST": 0.2}))
    ((_, _, message),) = told(lambda: read_demand([path]))
    assert message.endswith("is not known here. Name those that are meant, such as --regions SOCO=SOCO/EAST+SOCO/WEST")
    assert read_demand([path], {"SOCO": ["SOCO/EAST", "SOCO/WEST"]}).mw.shape == (48, 2)


@in_parts
def test_gigawatts_in_parts_are_seen_in_their_sum(layout, tmp_path):
    path = written(tmp_path, table(layout, dict.fromkeys(ALL_OF_PJM, 1 / 20_000)))
    assert "are these GW?" in told(lambda: read_demand([path]))[0][2]


@by_name
@pytest.mark.parametrize("name", ["Zone", "Scenario", "weather zone code"])
@pytest.mark.parametrize("value", ["North", "4001"])
def test_an_unknown_column_is_asked_about(layout, name, value, tmp_path):
    """Also where all its rows are alike, and where it holds numbers: sub-regions of ISO-NE are numbers."""
    frame = table(layout, ALL_OF_PJM if layout.part else {"PJM": 1.0}, **{name: value})
    ((line, key, message),) = told(lambda: read_demand([written(tmp_path, frame)]))
    assert (line, key) == (1, name)
    assert "Does it say what a row is about" in message and "leave the column out" in message


@by_name
def test_a_column_that_is_missing_is_named(layout, tmp_path):
    frame = table(layout, {"PJM/DOM": 1.0})
    for name in set(layout.needed) - layout.known_by:
        wrong = told(lambda name=name: read_demand([written(tmp_path, frame.drop(columns=name))]))
        assert [(key, message.partition(";")[0]) for _, key, message in wrong] == [
            (name, f"no such column of {layout.name}")
        ]


@by_name
def test_a_row_that_does_not_say_what_it_is_about(layout, tmp_path):
    frame = table(layout, {"PJM/DOM": 1.0})
    for name in {layout.authority, layout.part} - {""}:
        changed = frame.assign(**{name: frame[name].where(frame.index != 3, "")})
        ((line, key, _),) = told(lambda changed=changed: read_demand([written(tmp_path, changed)]))
        assert (line, key) == (5, name)


@pytest.mark.parametrize("known_by", [columns for columns, _, _ in REFUSED], ids=min)
def test_tables_without_hourly_demand_are_refused_with_the_way(known_by, tmp_path):
    """Also where they have the columns of a table that is read besides."""
    name, way = next((name, way) for columns, name, way in REFUSED if columns == known_by)
    for layout in (None, *LAYOUTS):
        more = [] if layout is None else [*layout.needed]
        path = write(tmp_path / "f.csv", [], ",".join(dict.fromkeys([*sorted(known_by), *more])))
        ((_, _, message),) = told(lambda path=path: read_demand([path]))
        assert message == f"this is {name}, which is not read: {way}"


def test_rows_of_the_api_that_are_no_demand_are_left_out(tmp_path):
    """Forecast, net generation and interchange stand between the rows of demand."""
    layout = next(one for one in LAYOUTS if one.kind)
    frames = [table(layout, {"PJM": 1.0}), *(table(layout, {"PJM": 3.0}, type=kind) for kind in ("DF", "NG", "TI"))]
    demand = read_demand([written(tmp_path, pd.concat(frames))])
    assert demand.mw["PJM"].to_numpy() == pytest.approx(HOURS.to_numpy())
    assert "there are DF" in told(lambda: read_demand([written(tmp_path, frames[1])]))[0][2]
    other = table(layout, {"PJM": 1.0}, **{"value-units": "gigawatthours"})
    ((line, key, message),) = told(lambda: read_demand([written(tmp_path, other)]))
    assert (line, key) == (2, "value-units") and "'gigawatthours' is neither" in message
    local = table(layout, {"PJM": 1.0}).assign(period="2019-01-01T00-05")
    assert "local time with its offset" in told(lambda: read_demand([written(tmp_path, local)]))[0][2]


def test_reported_demand_where_pudl_has_none_adjusted(tmp_path):
    layout = next(one for one in LAYOUTS if one.name == "PUDL operations")
    frame = table(layout, {"PJM": 1.0})
    frame.loc[3, "demand_adjusted_mwh"] = ""
    assert read_demand([written(tmp_path, frame)]).unadjusted == {"PJM": 1}


def test_amounts_and_counters_are_passed_over(tmp_path):
    frame = table(
        BALANCE, {"PJM": 1.0}, **{"Net Generation (MW) from Coal": "1", "": "0", "Sum(Valid DIBAs) (MW)": "x"}
    )
    assert read_demand([written(tmp_path, frame)]).mw.shape == (48, 1)


@pytest.mark.parametrize("regions", [None, {"PJM": ["PJM"]}])
def test_a_text_column_of_a_wide_table_is_asked_about_and_a_second_clock_is_not(regions, tmp_path):
    frame = pd.DataFrame({"PJM": HOURS, "datetime_local": [f"{hour - pd.Timedelta(hours=5)}" for hour in HOURS.index]})
    wide = frame.rename_axis("datetime_utc").reset_index()
    assert read_demand([written(tmp_path, wide)], regions).mw.columns.tolist() == ["PJM"]
    ((line, key, message),) = told(lambda: read_demand([written(tmp_path, wide.assign(area="East"))], regions))
    assert (line, key) == (1, "area")
    assert message.startswith("'East' is no MW. Does the column say what a row is about?")


def test_an_unknown_table_names_those_that_are_known(tmp_path):
    ((_, _, message),) = told(lambda: read_demand([write(tmp_path / "f.csv", [], "when,what,mw")]))
    assert all(layout.name in message for layout in LAYOUTS)


def test_the_issue_by_the_command(run, tmp_path):
    """A year of `DOM` alone: refused as PJM, written as what it is."""
    layout = IN_PARTS[0]
    path = written(tmp_path, table(layout, {"PJM/DOM": 0.15}, year_of_load()), "EIA930_SUBREGION_2019.csv")
    refused = run("profiles", "import-eia930", path, "--to", "set")
    assert refused.code == 2 and "--regions PJM=PJM/DOM" in refused.err and not (tmp_path / "set").exists()
    assert run("profiles", "import-eia930", path, "--to", "set", "--regions", "dominion=PJM/DOM").code == 0
    record = json.loads((tmp_path / "set" / "profile-set.json").read_text())
    assert record["regions"]["dominion"]["codes"] == ["PJM/DOM"]
    assert record["sources"][0]["layout"] == "EIA-930 sub-region"


def test_a_whole_authority_stands_beside_its_parts(tmp_path):
    """Two files of one authority: the balance file is the authority, and its parts are named."""
    paths = [
        written(tmp_path, table(BALANCE, {"PJM": 1.0}), "whole.csv"),
        written(tmp_path, table(IN_PARTS[0], {"PJM/DOM": 0.25}), "part.csv"),
        write_wide(tmp_path / "wide.csv", pd.DataFrame({"MISO": HOURS})),
    ]
    assert read_demand(paths).regions == {"MISO": ("MISO",), "PJM": ("PJM",)}
    named = read_demand(paths, {"rest": ["MISO"], "dom": ["PJM/DOM"]})
    assert sorted(named.mw) == ["MISO", "PJM/DOM"]
