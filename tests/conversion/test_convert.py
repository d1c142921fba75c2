"""Units and definitions of load: every way worked by hand, every slip told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powergap.catalog import bundled
from powergap.conversion import DEFINITIONS, UNITS, Factors, as_published, convert, reconcile, unit_of
from powergap.errors import InputError
from tests.docs.pages import DOCS, table

CATALOG = bundled()
GW, TWH = UNITS["GW"], UNITS["TWh/yr"]


def converted(value, unit, of, to, as_, **ratios):
    return convert(value, UNITS[unit], of, UNITS[to], as_, Factors(CATALOG, ratios)).value


@pytest.mark.parametrize(
    ("twh", "gw"), [(192, 43.8), (464, 105.9), (649, 148.2), (521, 118.9), (843, 192.5), (325, 74.2), (580, 132.4)]
)
def test_lbnls_energy_at_half_utilization_is_its_nameplate(twh, gw):
    """649 TWh / 8,760 h = 74.09 GW on average; / 0.5 = 148.2 GW."""
    assert converted(twh, "TWh/yr", "energy", "GW", "nameplate", utilization=0.5) == pytest.approx(gw, abs=0.05)


def test_lbnls_growth_is_17_4_gw_a_year():
    """(148.2 - 43.8) / 6 years = 17.4; (148.2 / 43.8)^(1/6) = 1.225."""
    first, last = (converted(twh, "TWh/yr", "energy", "GW", "nameplate", utilization=0.5) for twh in (192, 649))
    assert (last - first) / 6 == pytest.approx(17.4, abs=0.05)
    assert (last / first) ** (1 / 6) - 1 == pytest.approx(0.225, abs=0.001)


def test_every_definition_by_hand():
    """100 MW nameplate: x 0.8 = 80 MW peak; x 0.9 = 72 average; x 8,760 h = 630.72 GWh; 80 / 1.25 = 64 MW of IT."""
    ratios = {"peak_share": 0.8, "load_factor": 0.9, "pue": 1.25}
    expected = {"nameplate": 100, "peak": 80, "average": 72, "it": 64}
    for as_, megawatts in expected.items():
        assert converted(100, "MW", "nameplate", "MW", as_, **ratios) == pytest.approx(megawatts)
    assert converted(100, "MW", "nameplate", "GWh/yr", "energy", **ratios) == pytest.approx(630.72)
    assert converted(630.72, "GWh/yr", "energy", "kW", "it", **ratios) == pytest.approx(64_000)


def test_two_of_three_ratios_give_the_third():
    """Utilization 0.45 and load factor 0.9: peak share 0.5. Utilization 0.45 and peak share 0.5: load factor 0.9."""
    assert converted(10, "GW", "peak", "GW", "nameplate", utilization=0.45, load_factor=0.9) == pytest.approx(20)
    assert converted(10, "GW", "average", "GW", "peak", utilization=0.45, peak_share=0.5) == pytest.approx(10 / 0.9)
    three = {"utilization": 0.45, "peak_share": 0.5, "load_factor": 0.9}
    done = convert(9, GW, "average", GW, "nameplate", Factors(CATALOG, three))
    assert done.value == pytest.approx(20)
    assert done.unused == ()


def test_ratios_that_are_not_given_leave_a_range():
    """649 TWh / 8,760 h = 74.09 GW on average; / 0.94 / 0.8 = 98.5 GW, / 0.9 / 0.7 = 117.6, / 0.79 / 0.62 = 151.3."""
    done = convert(649, TWH, "energy", GW, "nameplate", Factors(CATALOG))
    assert (done.low, done.value, done.high) == pytest.approx((98.5, 117.6, 151.3), abs=0.05)
    one = convert(649, TWH, "energy", GW, "nameplate", Factors(CATALOG, {"peak_share": 0.7}))
    assert (one.low, one.high) == pytest.approx((74.087 / 0.94 / 0.7, 74.087 / 0.79 / 0.7), abs=0.01)
    sure = convert(649, TWH, "energy", GW, "nameplate", Factors(CATALOG, {"utilization": 0.5}))
    assert sure.low == sure.value == sure.high == pytest.approx(148.2, abs=0.05)


@pytest.mark.parametrize("as_", DEFINITIONS)
def test_what_a_publisher_says_is_shown_wherever_its_figure_is_converted(as_):
    """Each figure of the catalog, converted by default ratios, names the reading that `reconcile` has of it."""
    to = TWH if as_ == "energy" else GW
    rows = [row for row in reconcile(CATALOG, to, as_)[0] if row["counts"] != "added"]
    own = [row for row in rows if any(one["source"] == "publisher" for one in row["factors"])]
    for row in own:
        unit = unit_of(row["published_unit"])
        for reading in ("low", "mid", "high"):
            if row[f"published_{reading}"] is not None:
                found = as_published(CATALOG, row[f"published_{reading}"], unit, row["measure"], to, as_, {})
                assert (row["forecast"], row["key"], row[reading]) in [
                    (one["forecast"], one["key"], one["value"]) for one in found
                ]
    assert own


def test_a_range_holds_every_reading():
    for row in reconcile(CATALOG, GW, "nameplate")[0]:
        readings = [row[name] for name in ("low", "mid", "high") if row[name] is not None]
        assert row["least"] <= min(readings) <= max(readings) <= row["most"]
        sure = all(one["source"] == "publisher" for one in row["factors"])
        assert sure == (row["least"] == min(readings) and row["most"] == max(readings))


def test_a_ratio_that_is_not_given_is_the_catalogs_and_says_so():
    """1 GW of IT x 1.3 = 1.3 GW peak; / 0.7 = 1.857 GW nameplate."""
    done = convert(1, GW, "it", GW, "nameplate", Factors(CATALOG, {"load_factor": 0.5}))
    assert done.value == pytest.approx(1.3 / 0.7)
    assert [(step.factor, step.is_given) for step in done.steps] == [("pue", False), ("peak_share", False)]
    assert done.steps[0].source.startswith("catalog power_usage_effectiveness, mid of 1.1 to 1.45 (")
    assert done.unused == ("load_factor",)


@given(
    st.sampled_from(sorted(DEFINITIONS)),
    st.sampled_from(sorted(DEFINITIONS)),
    st.floats(1e-3, 1e6),
    st.fixed_dictionaries(
        {},
        optional={
            "load_factor": st.floats(0.6, 1),
            "pue": st.floats(1, 3),
            "utilization": st.floats(0.01, 0.5),
        },
    ),
)
def test_there_and_back_is_the_same(of, as_, value, ratios):
    units = [TWH if one == "energy" else GW for one in (of, as_)]
    factors = Factors(CATALOG, ratios)
    there = convert(value, units[0], of, units[1], as_, factors).value
    assert convert(there, units[1], as_, units[0], of, factors).value == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("ratios", "told"),
    [
        ({"utilization": 50}, "--utilization: is average / nameplate, from 0.01 to 1, not 50; was a percentage meant?"),
        ({"pue": 0.9}, "--pue: is facility load / IT load, from 1 to 3, not 0.9"),
        ({"utilization": 0.8, "peak_share": 0.7}, "above the peak share 0.7"),
        ({"utilization": 0.95}, "above the load factor 0.9"),
        ({"utilization": 0.5, "peak_share": 0.7, "load_factor": 0.9}, "load factor x peak share = 0.63, not 0.5"),
    ],
)
def test_ratios_that_cannot_be(ratios, told):
    with pytest.raises(InputError) as error:
        converted(1, "GW", "peak", "GW", "nameplate", **ratios)
    assert told in str(error.value)


def test_energy_is_no_power():
    with pytest.raises(InputError) as error:
        converted(1, "TWh/yr", "peak", "TWh/yr", "nameplate")
    assert [problem.file for problem in error.value.problems] == ["--of", "--as"]


@pytest.mark.parametrize(("text", "name"), [("twh", "TWh/yr"), ("MWh/year", "MWh/yr"), ("gw", "GW")])
def test_units_as_people_write_them(text, name):
    assert unit_of(text).name == name


def test_every_forecast_of_load_is_reconciled():
    """Goldman's 66 GW over its own 0.7 is the 94 GW of capacity that it publishes as about 95."""
    rows, others = reconcile(CATALOG, GW, "nameplate")
    assert {row["forecast"] for row in rows} | set(others) == set(CATALOG.data.forecasts)
    by_name = {f"{row['forecast']}.{row['key']}": row for row in rows}
    assert by_name["goldman_demand.2027"]["mid"] == pytest.approx(66 / 0.7)
    assert by_name["lbnl_2025_energy.2030"]["high"] == pytest.approx(843e3 / 8760 / 0.5)
    assert by_name["lbnl_2024_energy.2028"]["mid"] is None
    for name in ("lbnl_2025_energy.2024", "lbnl_2025_energy.2028", "lbnl_2025_energy.2030"):
        nameplate = by_name[name.replace("energy", "nameplate")]
        assert by_name[name]["mid"] == pytest.approx(nameplate["mid"], rel=1e-3)


def test_ratios_given_hold_for_all_forecasts():
    rows, _ = reconcile(CATALOG, GW, "nameplate", {"peak_share": 0.8, "load_factor": 0.75})
    by_name = {f"{row['forecast']}.{row['key']}": row["mid"] for row in rows}
    assert by_name["goldman_demand.2027"] == pytest.approx(66 / 0.8)
    assert by_name["lbnl_2025_energy.2030"] == pytest.approx(649e3 / 8760 / 0.6)


def test_the_page_shows_what_is_computed():
    told = table((DOCS / "convert.md").read_text(encoding="utf-8"), "forecast")
    rows, _ = reconcile(CATALOG, GW, "nameplate")
    computed = {f"{row['forecast']}.{row['key']}": row for row in rows}
    assert len(told) > 20
    for name, published, unit, measure, gigawatts, factors in told:
        row = computed[name.strip("`")]
        given = [row[f"published_{which}"] for which in ("low", "mid", "high")]
        assert [float(one) for one in published.split(" / ")] == list(
            dict.fromkeys(one for one in given if one is not None)
        )
        assert unit == row["published_unit"]
        assert measure == row["measure"] + "?" * row["measure_is_assumed"]
        figures = [row[which] for which in ("low", "mid", "high") if row[which] is not None]
        assert [float(one) for one in gigawatts.split(" / ")] == pytest.approx(
            list(dict.fromkeys(round(one, 1) for one in figures)), abs=0.051
        )
        assert factors == ", ".join(f"{one['factor'].replace('_', ' ')} {one['value']:g}" for one in row["factors"])
