"""Duke University's published headroom, reproduced with the years that are at hand; the page tells the differences.

The figures asserted are ours. Where they differ from the published ones the difference itself is asserted, so that
neither can drift towards the other unnoticed.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from powergap.eia import seasonal_peaks_gw
from powergap.eia.published import AUTHORITY_OF, HEADROOM_GW, RATES, REGION_OF, WIDER
from tests.docs.pages import DOCS
from tests.eia import duke
from tests.eia.conftest import shared

COMPUTED_GW = {
    "PJM": (11.627, 16.125, 21.668),
    "MISO": (10.949, 14.463, 18.398),
    "ERCOT": (5.752, 7.794, 10.336),
    "CAISO": (4.726, 5.612, 6.764),
    "NYISO": (2.429, 3.235, 4.141),
    "ISO-NE": (2.330, 3.020, 3.818),
}
DIFFERENCE = {
    "PJM": (-0.126, -0.094, -0.082),
    "MISO": (-0.056, -0.023, -0.006),
    "ERCOT": (-0.115, -0.221, -0.297),
    "CAISO": (0.125, 0.122, 0.146),
    "NYISO": (-0.241, -0.191, -0.137),
    "ISO-NE": (-0.168, -0.137, -0.112),
}
PEAKS_GW = {"MIDA": (152.890, 138.963), "TEX": (74.533, 65.724), "NY": (32.076, 25.081), "NE": (25.763, 20.709)}


@pytest.mark.parametrize("code", duke.SIX)
def test_headroom_of_2016_to_2019(code):
    name = REGION_OF[code]
    found = duke.of_four_years().loc[code].to_numpy()
    assert found == pytest.approx(COMPUTED_GW[name], abs=0.0006)
    assert found / np.array(HEADROOM_GW[name]) - 1 == pytest.approx(DIFFERENCE[name], abs=0.0006)


def test_seasonal_peaks_of_2016_to_2019():
    peaks = seasonal_peaks_gw(duke.regions())
    for code, expected in PEAKS_GW.items():
        assert tuple(peaks.loc[code]) == pytest.approx(expected, abs=1e-9)


def test_regions_that_are_an_authority_agree_with_it_in_every_hour():
    regions, authorities = duke.only(duke.regions(), 2019, 2019), duke.authorities()
    for code, authority in {"MIDA": "PJM", "TEX": "ERCO", "NY": "NYIS", "NE": "ISNE", "TEN": "TVA"}.items():
        assert (regions[code] == authorities[authority]).all()
        assert code not in WIDER


@pytest.mark.parametrize(
    ("code", "authority", "others", "more"),
    [
        ("MIDW", "MISO", ["LGEE", "AECI"], 0.09),
        ("CAL", "CISO", ["LDWP", "BANC", "IID", "TIDC"], 0.23),
        ("CENT", "SWPP", ["SPA"], 0.002),
        ("SE", "SOCO", ["AEC"], 0.02),
    ],
)
def test_wider_regions_are_the_sum_that_the_page_says(code, authority, others, more):
    region, authorities = duke.only(duke.regions(), 2019, 2019)[code], duke.authorities()
    assert region.to_numpy() == pytest.approx(authorities[[authority, *others]].sum(axis=1).to_numpy(), abs=1e-6)
    assert region.mean() / authorities[authority].mean() - 1 == pytest.approx(more, abs=0.005)
    assert code in WIDER


def test_published_headroom_is_impossible_at_the_old_peaks_where_the_page_says_that_peaks_rose():
    impossible = {code: tuple((duke.needed_later(code) < 0).tolist()) for code in REGION_OF}
    assert impossible == {
        **dict.fromkeys(("MIDA", "MIDW", "CAL", "NY", "NE"), (False, False, False)),
        "TEX": (False, False, True),
        **dict.fromkeys(("CENT", "TEN", "SE"), (True, True, True)),
    }


def test_later_years_must_be_milder_than_any_of_ours_only_in_new_york_and_new_england():
    milder = {code: bool((duke.needed_later(code) < duke.curtailed_at_published(code).min(axis=0)).all())
              for code in duke.SIX}  # fmt: skip
    assert [code for code, one in milder.items() if one] == ["NY", "NE"]


def test_published_headroom_of_ercot_lies_between_old_and_new_peaks():
    old, new = (row.split("|")[3:6] for row in duke.with_later_peaks()[2:4])
    for low, published, high in zip(old, HEADROOM_GW["ERCOT"], new, strict=True):
        assert float(low) < published < float(high)


def test_new_york_peaks_are_those_that_its_operator_states():
    load = duke.regions()["NY"]
    stated = {2016: 32.076, 2018: 31.861, 2019: 30.391}
    for year, peak in stated.items():
        assert load[load.index.year == year].max() == pytest.approx(peak, rel=0.001)


def test_published_figures_add_up_to_the_totals_of_the_study():
    sums = np.array(list(HEADROOM_GW.values())).sum(axis=0)
    assert sums == pytest.approx([75.9, 98.3, 125.8], abs=0.05)
    assert len(HEADROOM_GW) == len(AUTHORITY_OF) == 22
    assert set(REGION_OF.values()) <= set(AUTHORITY_OF.values()) == set(HEADROOM_GW)
    assert RATES == (0.0025, 0.005, 0.01)


def test_every_table_of_the_page_is_in_the_list():
    assert sorted(_tables()) == sorted(duke.TABLES)


@pytest.mark.parametrize("name", duke.TABLES)
def test_tables_of_the_page_are_what_is_computed(name):
    assert _tables()[name] == duke.TABLES[name]()


def test_the_command_shows_both_side_by_side(run):
    path = shared(duke.REGIONS)
    found = run("headroom", path, "--published", "--json", "-r", "PJM=MIDA,ERCOT=TEX")
    assert found.code == 0
    assert (found.data["first_year"], found.data["last_year"]) == (2016, 2019)
    rows = found.data["headroom"]
    assert [row["headroom_gw"] for row in rows[:3]] == pytest.approx(COMPUTED_GW["PJM"], abs=0.0006)
    assert [row["published_gw"] for row in rows[3:]] == list(HEADROOM_GW["ERCOT"])
    text = run("headroom", path, "--published", "-r", "PJM=MIDA,CAL")
    assert "computed over published" in text.out and "-13%" in text.out
    assert "CAL is wider than what is published" in text.err


def _tables():
    """Tables of the page by the name in the comment above them."""
    text = (DOCS / "headroom.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- table: (.*?) -->\n\n((?:\|.*\n)+)", text)
    return {name: table.splitlines() for name, table in found}
