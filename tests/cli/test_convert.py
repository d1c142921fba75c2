"""`powergap convert` and `powergap reconcile` as people use them."""

import pytest


def test_the_command_shows_the_way_and_its_sources(powergap):
    done = powergap("convert", "649", "TWh/yr", "--to", "GW", "--as", "nameplate", "--utilization", "0.5")
    assert done.code == 0
    assert "= 148.2 GW (what the facility is built, contracted or connected for)" in done.out
    assert "given" in done.out
    done = powergap("convert", "9,042", "MW", "--of", "nameplate", "--as", "peak", "--json")
    assert done.data["value"] == pytest.approx(9.042 * 0.7)
    assert done.data["steps"][0]["is"] == "facility peak / nameplate"
    assert "not given: peak share; 0.7 is the catalog's" in done.err


def test_a_published_amount_has_its_range_and_its_publishers_reading_beside_it(powergap):
    """117.6 GW by the catalog's mid ratios, 148.2 by LBNL's own 0.5, as `reconcile` says."""
    done = powergap("convert", "649", "TWh/yr", "--to", "GW", "--as", "nameplate")
    assert "= 117.6 GW" in done.out
    assert "98.52 to 151.3 GW with the low and high readings of load factor and peak share" in done.out
    assert "148.2 GW with the publisher's own utilization 0.5 (LBNL, lbnl_2025_energy.2030)" in done.out
    data = powergap("convert", "0.649", "TWh", "--as", "nameplate", "--json").data
    assert data["published"] == []
    assert data["low"] < data["value"] < data["high"]
    sure = powergap("convert", "649", "TWh/yr", "--to", "GW", "--as", "nameplate", "--utilization", "0.5").out
    assert "readings" not in sure
    assert "publisher" not in sure


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["x", "GWz", "--to", "GX"],
            ["VALUE: `x` is no amount", "UNIT: `GWz` is no unit", "did you mean `GW`?", "--to:"],
        ),
        (["nan", "GW"], ["VALUE: `nan` is no amount"]),
        (["1e308", "GW"], ["VALUE: `1e308` is no amount"]),
        (["3", "GW"], ["--of: GW alone does not say what it counts", "--as:"]),
        (["3", "TWh", "--to", "TWh", "--as", "peak"], ["--as: peak (facility load"]),
    ],
)
def test_slips_are_told_at_once(powergap, arguments, told):
    done = powergap("convert", *arguments)
    assert done.code == 2
    assert all(one in done.err for one in told)
    assert done.out == ""


def test_reconcile_by_command(powergap):
    done = powergap("reconcile", "--year", "2030", "--as", "energy", "--json")
    assert done.data["unit"] == "TWh/yr"
    by_name = {row["forecast"]: row for row in done.data["rows"]}
    assert by_name["lbnl_2025_nameplate"]["mid"] == pytest.approx(649, abs=0.3)
    assert powergap("reconcile", "lbnl", "--csv").out.count("\n") > 8
    done = powergap("reconcile", "--year", "1999")
    assert (done.code, "years available: 2014" in done.err) == (2, True)
    assert "spglobal_451_grid.2030" in powergap("reconcile", "--year", "2030").out
