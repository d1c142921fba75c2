"""Demand from a list of projects: worked by hand, repeats told, bad rows all at once, real tables."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from powergap.errors import InputError
from powergap.scenario import dump_yaml, load, read_document, read_study
from powergap.scenario.pipeline import Pipeline, account, additions_gw

SHARED = Path(__file__).parents[3] / "shared" / "data" / "supply_and_projects"
YEARS = tuple(range(2026, 2031))
EPOCH_SHARES = (0.41, 0.62, 0.85, 0.97)
EPOCH_RAMP_YEARS, PHASED_RAMP_YEARS = 1.7, 2.3
HEADER = "name,region,mw,stage,date,firm_fraction"


def project(mw=1000.0, stage="in_construction", date="2027", name="A", **more):
    return {"name": name, "region": "east", "mw": float(mw), "stage": stage, "date": date, **more}


def pipeline(*projects, completion=None, delay=None, **more):
    return Pipeline.model_validate(
        {"projects": list(projects), "completion_fraction": completion or {}, "delay_years": delay or {}, **more}
    )


def written(tmp_path, *rows, header=HEADER, name="projects.csv"):
    (tmp_path / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(
        f"extends: tiny/one-block\ndemand: {{of: nameplate, utilization_fraction: 0.5, additions_gw_per_year: ~, "
        f"pipeline: {{projects: {name}}}}}\n",
        encoding="utf-8",
    )
    return tmp_path / "mine.yaml"


def shared(name):
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not there: the shared data are not part of the repository")
    return path


def test_completion_and_delay_by_hand():
    """1 GW for 2027, 0.95 and 0.45 years: 0.95 x 0.55 = 0.5225 in 2027 and 0.95 x 0.45 = 0.4275 in 2028."""
    found = additions_gw(
        pipeline(project(), completion={"in_construction": 0.95}, delay={"in_construction": 0.45}), 2025, YEARS
    )
    assert found == pytest.approx({2026: 0, 2027: 0.5225, 2028: 0.4275, 2029: 0, 2030: 0})


@pytest.mark.parametrize(
    ("date", "delay", "expected"),
    [
        ("2027-12", 0, {2027: 1}),
        ("2027-12", 1 / 24, {2027: 0.5, 2028: 0.5}),
        ("2027-07-31", 0.5, {2028: 1}),
        ("2020", 0, {2026: 1}),
        ("2020-03", 0.5, {2026: 1}),
        ("2030", 1, {}),
    ],
)
def test_dates_are_windows(date, delay, expected):
    """A month late by half of it lies half in the next; what is overdue counts from the first year."""
    found = additions_gw(pipeline(project(date=date), **_certain(delay)), 2025, YEARS)
    assert found == pytest.approx(dict.fromkeys(YEARS, 0.0) | expected, abs=1e-9)


def _certain(delay):
    return {"completion": {"in_construction": 1.0}, "delay": {"in_construction": delay}}


def test_a_campus_fills_over_years():
    """1 GW for 2027 with a ramp of 4 years: a fifth in each of 2027 to 2031, of which four by 2030 are 0.8 GW.

    EPRI's new sites run at 20% in their first year and 20 points more in each later one.
    """
    found = additions_gw(pipeline(project(), ramp_years=4, **_certain(0)), 2025, YEARS)
    assert found == pytest.approx({2026: 0, 2027: 0.2, 2028: 0.2, 2029: 0.2, 2030: 0.2})
    told = account(pipeline(project(), ramp_years=4, **_certain(0)), 2025, YEARS)
    assert (told.asked_gw, told.expected_gw, told.later_gw) == pytest.approx((1, 0.8, 0.2))


def test_a_ramp_comes_after_the_delay_and_a_row_may_have_its_own(tmp_path):
    """1 GW for 2027, 0.45 years late, over a year more: 0.275, 0.5 and 0.225. For 2028-07 over half a year: 7 months,
    of which six lie in 2028. The third comes at once: 0 is a ramp too."""
    one = pipeline(project(), ramp_years=1, **_certain(0.45))
    assert additions_gw(one, 2025, YEARS) == pytest.approx({2026: 0, 2027: 0.275, 2028: 0.5, 2029: 0.225, 2030: 0})
    own = pipeline(project(date="2028-07", ramp_years=0.5), ramp_years=9, **_certain(0))
    assert additions_gw(own, 2025, YEARS) == pytest.approx(dict.fromkeys(YEARS, 0) | {2028: 6 / 7, 2029: 1 / 7})
    path = written(tmp_path, "A,,1000,operating,2026,1,0", "B,,1000,operating,2026,1,", header=f"{HEADER},ramp_years")
    found = load(path, sets=["demand.pipeline.ramp_years=4"]).runs[0].regions["here"].demand
    assert found.additions_gw_per_year == pytest.approx({2026: 1.2, **dict.fromkeys(range(2027, 2031), 0.2)})


def test_what_is_not_firm_counts_as_announced():
    """1 GW, 0.4 firm: 0.4 x 0.6 contracted in 2027, 0.6 x 0.25 announced a year later: 0.24 and 0.15."""
    found = additions_gw(
        pipeline(
            project(stage="contracted", firm_fraction=0.4),
            completion={"contracted": 0.6, "announced": 0.25},
            delay={"contracted": 0.0, "announced": 1.0},
        ),
        2025,
        YEARS,
    )
    assert found == pytest.approx({2026: 0, 2027: 0.24, 2028: 0.15, 2029: 0, 2030: 0})


def test_what_operates_is_in_the_fleet_and_what_is_cancelled_does_not_come():
    one = pipeline(
        project(stage="operating", date="2024"),
        project(500, "operating", "2026", "B"),
        project(stage="cancelled", name="C"),
    )
    assert additions_gw(one, 2025, YEARS) == {2026: 0.5, 2027: 0, 2028: 0, 2029: 0, 2030: 0}
    found = account(one, 2025, YEARS)
    assert (found.rows, found.in_base_fleet, found.asked_gw) == (3, (0,), 0.5)


def test_repeats_count_once_unless_asked_and_are_told():
    rows = (project(name="Alpha  Campus"), project(name="alpha campus"), project(name="Alpha Campus", date="2028"))
    for repeats, gigawatts in (("once", 2), ("all", 3)):
        found = account(pipeline(*rows, repeats=repeats, **_certain(0)), 2025, YEARS)
        assert (found.repeats, found.alike) == (((1, 0),), ((2, 0),))
        assert found.expected_gw == pytest.approx(gigawatts)


def test_like_names_of_nearly_one_size_are_told_and_both_count():
    rows = (
        project(1200, name="Beta One"),
        project(1190, name="Betta One"),
        project(600, name="Betta One Annex"),
        project(1200, name="Phase 1"),
        project(1200, name="Phase 2"),
        project(1200, name="Beta Oone") | {"region": "west"},
    )
    found = account(pipeline(*rows, **_certain(0)), 2025, YEARS)
    assert found.alike == ((1, 0),)
    assert found.expected_gw == pytest.approx(6.59)


def test_a_file_becomes_demand_with_the_catalogs_rule(tmp_path):
    """1 GW of nameplate for 2027: 0.95 x 0.55 = 0.5225 GW; half of it is peak, on a base of 10 x 0.5."""
    study = load(written(tmp_path, "A,,1000,In Construction,2027,", 'B,,"1,000",announced,2026,'))
    demand = study.run("base").regions["here"].demand
    assert demand.additions_gw_per_year[2027] == pytest.approx(0.5225 + 0.25 * 0.5)
    assert demand.pipeline.completion_fraction == {"in_construction": 0.95, "announced": 0.25}
    assert [one.mw for one in demand.pipeline.projects] == [1000, 1000]


def test_readings_choose_the_rule(tmp_path):
    path = written(tmp_path, "A,,1000,announced,2026,")
    asked = {
        reading: load(path, sets=[f"readings.demand={reading}"]).run("base").regions["here"].demand
        for reading in ("low", "mid", "high")
    }
    found = {name: round(sum(one.additions_gw_per_year.values()), 6) for name, one in asked.items()}
    assert found == {"low": 0.1, "mid": 0.25, "high": 0.38}


def test_a_resolved_document_holds_the_rows_and_needs_no_file(tmp_path):
    study = load(written(tmp_path, "A,,1000,announced,2026,", "B,,500,permitted,2028-06,0.5"))
    text = dump_yaml(study.resolved_document())
    (tmp_path / "projects.csv").unlink()
    (tmp_path / "resolved.yaml").write_text(text, encoding="utf-8")
    again = load(tmp_path / "resolved.yaml")
    assert again.runs == study.runs
    assert read_study(read_document(tmp_path / "resolved.yaml")).runs == study.runs


def test_every_bad_row_is_told_at_once_with_its_cell(tmp_path):
    path = written(
        tmp_path,
        "A,,abc,in construction,2027,",
        "B,,-5,building,2027-13,",
        ",,5,announced,2027,1.5",
        "C,,1,000,announced,2027,1",
    )
    with pytest.raises(InputError) as told:
        load(path)
    found = {(problem.line, problem.column, problem.key.rpartition(".")[2]) for problem in told.value.problems}
    assert found >= {
        (2, 4, "mw"), (3, 4, "mw"), (3, 7, "stage"), (3, 16, "date"), (4, 1, "name"), (4, 20, "firm_fraction"),
        (5, 25, ""),
    }  # fmt: skip
    assert {Path(problem.file).name for problem in told.value.problems} == {"projects.csv"}


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        ("nme,mw,stage,date", [], "name: missing column; is it `nme`?"),
        ("name,mw,mw,stage,date", [], "mw: the header has this column twice"),
        (HEADER, [], "no projects"),
    ],
)
def test_wrong_files(tmp_path, header, rows, told):
    with pytest.raises(InputError) as error:
        load(written(tmp_path, *rows, header=header))
    assert told in str(error.value)


def test_a_missing_file_and_a_second_demand_are_told_where_they_are_written(tmp_path):
    path = written(tmp_path, "A,,1000,announced,2026,")
    (tmp_path / "projects.csv").unlink()
    with pytest.raises(InputError) as error:
        load(path)
    assert [(one.line, "no such file" in one.message) for one in error.value.problems] == [(2, True)]
    path = written(tmp_path, "A,,1000,announced,2026,")
    with pytest.raises(InputError) as error:
        load(path, sets=["demand.additions_gw_per_year=1"])
    assert "given with `additions_gw_per_year`" in str(error.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [("/dev/zero", "is not an ordinary file"), (".", "is a folder"), ("projects.csv/x", "no such file")],
)
def test_what_is_no_file_is_told(tmp_path, name, said):
    path = written(tmp_path, "A,,1000,announced,2026,")
    with pytest.raises(InputError, match=said):
        load(path, sets=[f"demand.pipeline.projects={name}"])


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = written(tmp_path, "A,,1000,announced,2026,")
    for content, said in (
        (b"\xff\xfe\x00name", "cannot be read as CSV text"),
        (b"name,mw,stage,date\n\x00,1,announced,2027\n\xff", "holds zero bytes and is no UTF-8 text"),
    ):
        (tmp_path / "projects.csv").write_bytes(content)
        with pytest.raises(InputError, match=said):
            load(path)


def test_regions_take_their_own_rows_and_unknown_ones_are_told(tmp_path):
    (tmp_path / "p.csv").write_text(f"{HEADER}\nA,east,1000,operating,2027,\nB,west,500,operating,2027,\n")
    text = (
        "extends: tiny/two-regions\nregions:\n  east: {demand: {additions_gw_per_year: ~}}\n"
        "  west: {demand: {additions_gw_per_year: ~}}\ndemand: {additions_gw_per_year: ~, pipeline: {projects: "
        "p.csv}}\n"
    )
    (tmp_path / "mine.yaml").write_text(text)
    regions = load(tmp_path / "mine.yaml").runs[0].regions
    found = {name: sum(one.demand.additions_gw_per_year.values()) for name, one in regions.items()}
    assert found == {"east": 1.0, "west": 0.5}
    (tmp_path / "p.csv").write_text(f"{HEADER}\nA,eastt,1000,operating,2027,\nB,,500,operating,2028,\n")
    with pytest.raises(InputError) as error:
        load(tmp_path / "mine.yaml")
    assert [(one.line, one.message) for one in error.value.problems] == [
        (2, "no region `eastt` in the scenario; did you mean `east`?"),
        (3, "no region, and the scenario has several; it has east, west"),
    ]


def test_warnings_name_rows(tmp_path):
    path = written(
        tmp_path, "A,,1000,announced,2026,", "a,,1000,announced,2026,", "B,,7,contracted,2020,", "C,,9,operating,2024,",
        "D,,800,announced,2030,",
    )  # fmt: skip
    told = [(one.line, one.message) for one in load(path).warnings]
    assert (3, "the same in every column as line 2; counts once") in told
    assert (4, "does not operate by the end of 2025; counts as if it were for the year after") in told
    assert (2, "projects that operate by the end of 2025 are taken to be in `base_gw`: 1, 0.0 GW") in told
    assert (2, "0.2 of 1.8 GW come after the last year, if at all") in told


def test_the_manifest_counts_the_rows(tmp_path):
    from powergap.run import solve

    run = solve(load(written(tmp_path, "A,,1000,announced,2026,", "A,,1000,announced,2026,")))
    found = run.manifest.runs[0].projects["here"]
    assert (found["rows"], found["repeats"], found["repeats_count"], found["asked_gw"]) == (2, 1, "once", 1.0)
    assert not [check for check in run.manifest.audit if not check.passed]


def epoch_projects():
    """Epoch AI's US sites as projects: each rise of a site's power with the date of it."""
    packed = shared("epoch_frontier_data_center_timelines.csv.gz").read_bytes()
    table = pd.read_csv(io.BytesIO(gzip.decompress(packed)))
    places = pd.read_csv(io.BytesIO(gzip.decompress(shared("epoch_frontier_data_centers.csv.gz").read_bytes())))
    home = places.loc[places["Country"].str.contains("United States", na=False), "Name"]
    table = table[table["Data center"].isin(set(home))].sort_values("Date", kind="stable")
    table["rise"] = table.groupby("Data center")["Power (MW)"].diff().fillna(table["Power (MW)"])
    rises = table[table["rise"] > 0]
    return [
        project(rise, "operating" if date[:4] < "2026" else "in_construction", date[:10], site)
        for rise, date, site in zip(rises["rise"], rises["Date"], rises["Data center"], strict=True)
    ]


def test_epochs_sites_add_up_to_its_own_year_ends():
    """As dated: 15,236 MW at the end of 2026, 20,338 of 2027 and 34,950 of 2028, of which 6,361 operated in 2025."""
    one = pipeline(*epoch_projects(), **_certain(0))
    found = additions_gw(one, 2025, (2026, 2027, 2028))
    total, stock = 6.361, {}
    for year, gigawatts in found.items():
        total += gigawatts
        stock[year] = round(total, 3)
    assert stock == pytest.approx({2026: 15.236, 2027: 20.338, 2028: 34.95}, abs=0.02)


def test_epochs_campuses_fill_within_two_years():
    """Of 35.8 GW of rises at 44 sites, past and planned: what comes at first, and by one, two, three years later.

    Power waits 0.86 years for its own turn on average, as it does with a ramp of twice that; without the seven sites of
    one rise 1.14 years.
    """
    rises = pd.DataFrame(epoch_projects())
    rises["year"] = pd.to_datetime(rises["date"]).map(lambda day: day.year + (day.day_of_year - 1) / 365.25)
    rises["age"] = rises["year"] - rises.groupby("name")["year"].transform("min")
    total = rises["mw"].sum()
    shares = [rises.loc[rises["age"] <= age + 1e-9, "mw"].sum() / total for age in (0, 1, 2, 3)]
    assert shares == pytest.approx(EPOCH_SHARES, abs=0.005)
    assert 2 * (rises["mw"] * rises["age"]).sum() / total == pytest.approx(EPOCH_RAMP_YEARS, abs=0.05)
    assert rises["name"].nunique() == 44
    phased = rises[rises.groupby("name")["age"].transform("max") > 0]
    assert 2 * (phased["mw"] * phased["age"]).sum() / phased["mw"].sum() == pytest.approx(PHASED_RAMP_YEARS, abs=0.05)


def nrel_projects():
    """NREL's counties: what is in construction due in 2026 and 2027, what is planned in 2028 to 2030, evenly."""
    table = pd.read_csv(shared("nrel_datacenter_mw_by_county_ipm_region.csv"))
    for row in table.to_dict("records"):
        for column, stage, years in (
            ("Operating (MW)", "operating", (2025,)),
            ("In Construction (MW)", "in_construction", (2026, 2027)),
            ("Planned (MW)", "announced", (2028, 2029, 2030)),
        ):
            if row[column] > 0:
                for year in years:
                    yield project(row[column] / len(years), stage, str(year), row["Name"]) | {
                        "region": row["Region Name"]
                    }


def test_nrels_counties_under_the_catalogs_rule():
    """43.6 GW operating, 24.0 in construction and 137.0 planned; six counties stand twice, which the list tells."""
    one = pipeline(
        *nrel_projects(),
        completion={"in_construction": 0.95, "announced": 0.25},
        delay={"in_construction": 0.45, "announced": 1.5},
    )
    found = account(one, 2025, YEARS)
    again = [one.projects[place] for place, _ in found.repeats]
    assert len({project.name for project in again}) == 6
    repeated = sum(project.mw for project in again if project.stage != "operating") / 1000
    assert found.asked_gw + repeated == pytest.approx(161.0, abs=0.1)
    assert sum(one.projects[place].mw for place in found.in_base_fleet) / 1000 == pytest.approx(43.6, abs=0.05)
    assert found.expected_gw == pytest.approx(NREL_BY_2030_GW, abs=0.05)


NREL_BY_2030_GW = 37.8
"""Nameplate; docs/pipeline.md names it."""
