"""Both layouts are read to the same hours; whatever is wrong is told with file, line and column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from powergap.eia import read_demand, treated, whole_years
from powergap.errors import InputError
from tests.eia.conftest import HEADER, balance_rows, write, write_wide, year_of_load

FIRST, END = pd.Timestamp(2019, 1, 1, tz="UTC"), pd.Timestamp(2020, 1, 1, tz="UTC")


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def told(wrong):
    """Problems as (line, column, key, message)."""
    with pytest.raises(InputError) as error:
        wrong()
    assert error.value.problems, str(error.value)
    return [(one.line, one.column, one.key, one.message) for one in error.value.problems]


def balance(folder, rows, name="EIA930_BALANCE_2019_Jan_Jun.csv", header=HEADER):
    return write(folder / name, rows, header)


def complete(demand, fill=0):
    return treated(demand, FIRST, END, fill)


def test_balance_files_of_half_years_with_thousands_commas(folder):
    load = year_of_load()
    first, second = load[: 181 * 24], load[181 * 24 :]
    paths = [
        balance(folder, balance_rows("PJM", first) + balance_rows("MISO", first / 2)),
        balance(folder, balance_rows("PJM", second) + balance_rows("MISO", second / 2), "b.csv.gz"),
    ]
    demand = read_demand(paths)
    assert whole_years(demand) == [2019]
    found = complete(demand)
    assert found.load["PJM"].to_numpy() == pytest.approx(load.to_numpy() / 1000)
    assert found.load.index[0] == FIRST  # stamped 01:00, the end of the hour
    assert found.counts == {"MISO": {}, "PJM": {}}
    assert [source.layout for source in demand.sources] == ["EIA-930 balance"] * 2
    assert [len(source.sha256) for source in demand.sources] == [64, 64]


def test_wide_and_balance_files_agree_and_regions_add_up(folder):
    load = year_of_load()
    wide = write_wide(folder / "w.csv.gz", pd.DataFrame({"PJM": load, "LGEE": load * 0.1}))
    found = complete(read_demand([wide], {"east": ["PJM", "LGEE"]})).load
    assert found.columns.tolist() == ["east"]
    assert found["east"].to_numpy() == pytest.approx(load.to_numpy() * 1.1 / 1000, abs=1e-3)
    late = write_wide(folder / "late.csv", pd.DataFrame({"PJM": load.set_axis(load.index + pd.Timedelta(hours=1))}))
    assert complete(read_demand([late], stamp="end")).load["PJM"].to_numpy() == pytest.approx(load.to_numpy() / 1000)


def test_adjusted_demand_is_preferred_and_its_lack_is_counted(folder):
    rows = balance_rows("PJM", year_of_load())
    rows[9] = rows[9].replace(rows[9].split('"80,000",')[1], '"70,000",MIDA')
    rows[10] = rows[10].replace(rows[10].split('"80,000",')[1], ",MIDA")
    demand = read_demand([balance(folder, rows)])
    assert demand.mw["PJM"].iloc[9] == 70_000
    assert demand.mw["PJM"].iloc[10] == year_of_load().iloc[10]
    assert complete(demand).counts["PJM"] == {"reported_not_adjusted": 1}


def test_authorities_that_only_generate_are_left_out(folder):
    load = year_of_load()
    demand = read_demand([balance(folder, balance_rows("PJM", load) + balance_rows("AVRN", load * np.nan))])
    assert demand.mw.columns.tolist() == ["PJM"]


def test_identical_rows_are_dropped_and_counted(folder):
    rows = balance_rows("PJM", year_of_load())
    demand = read_demand([balance(folder, rows), balance(folder, rows[100:103], "again.csv")])
    assert complete(demand).counts == {"PJM": {"duplicates_dropped": 3}}


def test_rows_that_disagree_are_told_with_both_places(folder):
    rows = balance_rows("PJM", year_of_load())
    other = balance_rows("PJM", year_of_load()[100:101] + 5)
    ((line, column, key, message),) = told(lambda: read_demand([balance(folder, [*rows, *other])]))
    assert (line, key) == (8762, "PJM")
    assert column == other[0].index('"81,000",') + len('"81,000",') + 1
    assert "2019-01-05 04:00 UTC" in message and "EIA930_BALANCE_2019_Jan_Jun.csv:102" in message


def test_missing_hours_are_told_and_filled_only_when_asked(folder):
    load = year_of_load()
    gone = load.drop(load.index[[500, 501, *range(3000, 3010)]])
    demand = read_demand([balance(folder, balance_rows("PJM", gone))])
    short, long = told(lambda: complete(demand))
    assert short[0] == 501 and short[3].startswith("2 hours missing from 2019-01-21 20:00 UTC; --fill 12 would fill")
    assert long[0] == 2999 and long[3].startswith("10 hours missing from 2019-05-06 00:00 UTC")
    assert "11 are allowed" in told(lambda: complete(demand, 11))[0][3]
    found = complete(demand, 12)
    assert found.counts == {"PJM": {"missing": 12, "interpolated": 2, "copied_from_week": 10}}
    assert found.filled_hours == 12
    gw = load.to_numpy() / 1000
    assert found.load["PJM"].iloc[500] == pytest.approx(gw[499] + (gw[502] - gw[499]) / 3)
    assert found.load["PJM"].iloc[3004] == pytest.approx((gw[3004 - 168] + gw[3004 + 168]) / 2)


def test_blank_cells_are_missing_hours_at_their_own_place(folder):
    frame = pd.DataFrame({"PJM": year_of_load()})
    frame.iloc[7] = np.nan
    ((line, column, key, message),) = told(lambda: complete(read_demand([write_wide(folder / "w.csv", frame)])))
    assert (line, column, key) == (9, len("2019-01-01 07:00:00,") + 1, "PJM")
    assert "1 hour missing from 2019-01-01 07:00 UTC" in message


def test_too_many_missing_hours_are_not_filled_whatever_is_asked(folder):
    load = year_of_load()
    demand = read_demand([balance(folder, balance_rows("PJM", load.drop(load.index[1000:1500])))])
    assert "more than 5% may not be filled" in told(lambda: complete(demand, 8760))[0][3]


def test_a_gap_with_nothing_a_week_away_is_not_filled(folder):
    load = year_of_load()
    middle = 4000
    gone = [*range(middle - 170, middle - 160), *range(middle, middle + 10), *range(middle + 160, middle + 175)]
    demand = read_demand([balance(folder, balance_rows("PJM", load.drop(load.index[gone])))])
    assert "cannot be filled" in told(lambda: complete(demand, 100))[0][3]


@pytest.mark.parametrize(
    ("mw", "reason"),
    [(-50, "negative"), (0, "zero"), (900_000, "absurd"), (2_000, "absurd"), (150_000, "spike"), (20_000, "spike")],
)
def test_what_is_no_demand_is_rejected_with_its_reason(folder, mw, reason):
    load = year_of_load()
    load.iloc[1234] = mw
    demand = read_demand([write_wide(folder / "w.csv", pd.DataFrame({"PJM": load}))])
    ((line, _, _, message),) = told(lambda: complete(demand))
    assert line == 1236 and f"{mw:,} MW at 2019-02-21 10:00 UTC is rejected as {reason}; --fill 1 would" in message
    found = complete(demand, 1)
    assert found.counts["PJM"] == {f"rejected_{reason}": 1, "interpolated": 1}
    assert found.load["PJM"].iloc[1234] == pytest.approx(year_of_load().iloc[[1233, 1235]].mean() / 1000)


def test_a_period_that_the_files_do_not_have(folder):
    demand = read_demand([balance(folder, balance_rows("PJM", year_of_load()))])
    (only,) = told(lambda: treated(demand, END + pd.Timedelta(days=1), END + pd.Timedelta(days=9)))
    assert "none from 2020-01-02 00:00" in only[3]


def test_columns_that_are_missing_are_told_with_the_nearest(folder):
    rows = balance_rows("PJM", year_of_load()[:5])
    path = balance(folder, rows, header=HEADER.replace("Demand (MW),", "Demand MW,", 1))
    assert told(lambda: read_demand([path]))[0][:3] == (1, 1, "Demand (MW)")
    assert "did you mean" in told(lambda: read_demand([path]))[0][3]
    local = balance(folder, rows, header=HEADER.replace("UTC Time at End of Hour", "Zeit"))
    assert "Local time has one hour twice" in told(lambda: read_demand([local]))[0][3]
    wide = write(folder / "w.csv", ["2019-01-01 00:00,1"], "datetime_local,PJM")
    assert "Stamps must be UTC, not local time" in told(lambda: read_demand([wide]))[0][3]
    good = balance(folder, rows)
    assert told(lambda: read_demand([good], {"x": ["PJN"]}))[0][3] == "no such region; did you mean `PJM`?"


def test_an_hour_that_never_comes_or_comes_twice_looks_like_local_time(folder):
    load = year_of_load()
    spring = write_wide(folder / "s.csv", pd.DataFrame({"PJM": load.drop(pd.Timestamp("2019-03-10 02:00"))}))
    assert "looks like local time" in told(lambda: complete(read_demand([spring])))[0][3]
    twice = pd.concat([load, pd.Series([70_000.0], index=[pd.Timestamp("2019-11-03 01:00")])])
    autumn = write_wide(folder / "a.csv", pd.DataFrame({"PJM": twice}))
    assert "looks like local time" in told(lambda: read_demand([autumn]))[0][3]


@pytest.mark.parametrize("stamp", ["28.02.2019 06:00", "13/01/2019 6:00:00 AM", "2019-01-01 06:30", "soon", ""])
def test_stamps_that_are_no_utc_hour(folder, stamp):
    path = write(folder / "w.csv", ["2019-01-01 00:00,70000", f"{stamp},70000"], "datetime_utc,PJM")
    line, column, key, message = told(lambda: read_demand([path]))[0]
    assert (line, column, key) == (3, 1, "datetime_utc") and repr(stamp) in message


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00:00", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H"])
def test_forms_of_stamps(folder, form):
    path = write_wide(folder / "w.csv", pd.DataFrame({"PJM": year_of_load()}), form)
    assert complete(read_demand([path])).load["PJM"].iloc[5] == year_of_load().iloc[5] / 1000


def test_texts_that_are_no_number(folder):
    path = write(
        folder / "w.csv", ['2019-01-01 00:00,"70,000",1', '2019-01-01 01:00,"7,00",x'], "datetime_utc,PJM,MISO"
    )
    assert [one[:3] for one in told(lambda: read_demand([path]))] == [(3, 18, "PJM"), (3, 25, "MISO")]


def test_gigawatts_for_megawatts(folder):
    path = write_wide(folder / "w.csv", pd.DataFrame({"PJM": year_of_load() / 1000}))
    assert "are these GW?" in told(lambda: read_demand([path]))[0][3]


def test_files_that_are_no_table(folder):
    assert "no such file" in told(lambda: read_demand([folder / "no.csv"]))[0][3]
    assert "empty" in told(lambda: read_demand([write(folder / "e.csv", [], "")]))[0][3]
    (folder / "g.csv.gz").write_bytes(b"not gzip")
    assert "cannot be read" in told(lambda: read_demand([folder / "g.csv.gz"]))[0][3]
    (folder / "b.csv").write_bytes(b"datetime_utc,PJM\n\x00\xfe,1\n")
    assert "holds zero bytes" in told(lambda: read_demand([folder / "b.csv"]))[0][3]
    assert "twice" in told(lambda: read_demand([write(folder / "t.csv", [], "datetime_utc,PJM,PJM")]))[0][3]
    more = write(folder / "m.csv", ["2019-01-01 00:00,1", "2019-01-01 01:00,1,2,3"], "datetime_utc,PJM")
    line, column, _, message = told(lambda: read_demand([more]))[0]
    assert (line, column) == (3, len("2019-01-01 01:00,1,") + 1) and "more than the 2 cells" in message
    comma = write(folder / "c.csv", ["2019-01-01 00:00,70,000"], "datetime_utc,PJM")
    assert "a thousands comma needs quotes" in told(lambda: read_demand([comma]))[0][3]


@pytest.mark.parametrize(("hours", "is_stuck"), [(23, False), (24, True), (100, True), (500, True)])
@pytest.mark.parametrize("layout", ["balance", "wide"])
def test_a_value_that_stands_still_for_a_day_is_rejected(folder, layout, hours, is_stuck):
    """One problem for the run, at its first hour; it is filled from the weeks around it where that is allowed."""
    load = year_of_load()
    load.iloc[1000 : 1000 + hours] = 81_234
    if layout == "wide":
        demand = read_demand([write_wide(folder / "w.csv", pd.DataFrame({"PJM": load}))])
    else:
        demand = read_demand([balance(folder, balance_rows("PJM", load))])
    if not is_stuck:
        assert complete(demand).counts == {"PJM": {}}
        return
    ((line, _, key, message),) = told(lambda: complete(demand))
    assert (line, key) == (1002, "PJM")
    assert message.startswith("81,234 MW from 2019-02-11 16:00 UTC is rejected as stuck; ")
    if hours <= 100:
        assert complete(demand, hours).counts == {"PJM": {"rejected_stuck": hours, "copied_from_week": hours}}
    else:
        assert "more than 5% may not be filled" in told(lambda: complete(demand, 8760))[0][3]


def test_two_stuck_runs_beside_each_other_are_two_problems(folder):
    load = year_of_load()
    load.iloc[1000:1030], load.iloc[1030:1060] = 81_234, 82_345
    demand = read_demand([write_wide(folder / "w.csv", pd.DataFrame({"PJM": load}))])
    assert [line for line, *_ in told(lambda: complete(demand))] == [1002, 1032]
