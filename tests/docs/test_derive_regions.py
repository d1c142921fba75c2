"""The regions' figures: the arithmetic by hand, and all of them again from the published files."""

import numpy as np
import pandas as pd
import pytest

from powergap.catalog import bundled
from tests.docs.pages import ROOT, names, script, sections, table

derive = script("derive_regions")
FOLDER = ROOT.parent / "shared" / "data"
OTHERS = ["WEC_BANC", "S_VACA", "SPP_N", "FRCC", "PJM_AP", "MIS_IA", "NENG_CT", "WECC_CO", "NY_Z_J", "S_SOU", "WECC_AZ",
          "S_C_TVA"]  # fmt: skip
"""An IPM region of every EIA-930 region but Texas."""

COUNTY_HEAD = "Name,Planned (MW),Operating (MW),In Construction (MW),Region Name\n"


def test_what_ships_is_what_the_files_say():
    files = (derive.COUNTIES, derive.COST_FACTORS, derive.GAS_BASIS, derive.DEMAND, derive.SOLAR, derive.WIND)
    missing = [one for one in files if not (FOLDER / one).is_file()]
    if missing:
        pytest.skip(f"{missing[0]} is not there: the shared data are not part of the repository")
    assert derive.TARGET.read_text(encoding="utf-8") == derive.catalog_text(derive.derive(FOLDER))
    assert derive.main([str(FOLDER), "--check"]) == 0


def test_a_county_that_the_table_repeats_counts_once(tmp_path):
    """100 + 50 MW planned in PJM_Dom, not 250: A, VA stands there twice."""
    file = tmp_path / derive.COUNTIES
    file.parent.mkdir()
    rows = [
        '"A, VA",100,10,20,PJM_Dom',
        '"B, VA",50,0,0,PJM_Dom',
        '"A, VA",100,10,20,PJM_Dom',
        '"C, MS",8,0,0,MIS_D_MS',
    ]
    file.write_text(COUNTY_HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    found = derive.counties(tmp_path)
    assert found.loc["PJM_Dom"].tolist() == pytest.approx([0.01, 0.02, 0.15])
    assert found.loc["MIS_MS", "planned"] == pytest.approx(0.008)


@pytest.mark.parametrize(
    ("ipm", "region"),
    [
        ("PJM_Dom", "MIDA"), ("ERC_WEST", "TEX"), ("S_C_TVA", "TEN"), ("S_C_KY", "MIDW"), ("S_D_AECI", "MIDW"),
        ("WECC_NM", "SW"), ("WECC_CO", "NW"), ("WECC_SCE", "CAL"), ("WEC_BANC", "CAL"), ("SPP_WAUE", "CENT"),
        ("NENGREST", "NE"), ("NY_Z_J", "NY"), ("S_SOU", "SE"), ("S_VACA", "CAR"), ("FRCC", "FLA"), ("MIS_IA", "MIDW"),
    ],
)  # fmt: skip
def test_where_an_ipm_region_lies(ipm, region):
    assert derive.region_of(ipm) == region


def test_shares_keep_within_their_bounds_and_add_up():
    """0.9 is cut to 0.7; the other two share the 0.3 left in the ratio 6 to 4: 0.18 and 0.12."""
    assert derive.bounded_shares(pd.Series([9.0, 0.6, 0.4]), 0.1, 0.7).tolist() == pytest.approx([0.7, 0.18, 0.12])
    assert derive.bounded_shares(pd.Series([9.0, 1.0, 0.0]), 0.05, 1.0).tolist() == pytest.approx([0.855, 0.095, 0.05])
    assert derive.rounded_shares(pd.Series([1.0, 1.0, 1.0]), 2).tolist() == [0.34, 0.33, 0.33]


def test_means_are_weighted_by_data_centers_where_there_are_any():
    """PJM: (1.0 x 1 + 1.3 x 3) / 4 = 1.225. ERCOT without data centers: (0.8 + 1.0) / 2 = 0.9."""
    others = pd.Series(1.0, ["WEC_BANC", "S_VACA", "SPP_N", "FRCC", "MIS_IA", "NENG_CT", "WECC_CO", "NY_Z_J", "S_SOU",
                             "WECC_AZ", "S_C_TVA"])  # fmt: skip
    values = pd.concat([others, pd.Series({"PJM_AP": 1.0, "PJM_Dom": 1.3, "ERC_PHDL": 0.8, "ERC_WEST": 1.0})])
    found = derive.weighted_mean(values, pd.Series({"PJM_AP": 1.0, "PJM_Dom": 3.0}))
    assert found["MIDA"] == pytest.approx(1.225)
    assert found["TEX"] == pytest.approx(0.9)


def test_the_sun_and_wind_of_a_region_in_its_own_time(tmp_path):
    """Four IPM regions of equal weight in pairs. Texas is six hours behind UTC, so sun at 18:00 UTC is at noon there.

    Sites of 0.6 and 0.2 weigh 3 : 1 by data centers, 0.5; without data centers anywhere they weigh the same, 0.4.
    """
    file = tmp_path / derive.SOLAR
    file.parent.mkdir()
    places = ["ERC_WEST", "ERC_REST", *OTHERS]
    hours = np.tile(np.where(np.arange(24) == 18, 1.0, 0.0), 366)
    table = pd.DataFrame({place: hours * (0.6 if place == "ERC_WEST" else 0.2) for place in places})
    table.to_csv(file, index=False)
    for weights, at_noon in (({"ERC_WEST": 3.0, "ERC_REST": 1.0}, 0.5), ({}, 0.4)):
        found = derive.yields(tmp_path, derive.SOLAR, pd.Series(weights, dtype=float))["TEX"]
        assert found.shape == (365, 24)
        assert found[:, 12] == pytest.approx(at_noon) and found.sum() == pytest.approx(365 * at_noon)


def test_29_february_is_left_out_after_the_clock_is_set(tmp_path):
    """Pacific time is eight hours back: the day's sun at 20:00 UTC of 29 February is at noon of the day that goes."""
    file = tmp_path / derive.WIND
    file.parent.mkdir()
    hours = np.zeros((366, 24))
    hours[59, 20] = hours[60, 20] = 1.0
    pd.DataFrame({place: hours.ravel() for place in ["ERC_WEST", *OTHERS]}).to_csv(file, index=False)
    found = derive.yields(tmp_path, derive.WIND, pd.Series(dtype=float))["CAL"]
    assert np.argwhere(found).tolist() == [[59, 12]]


def test_swings_and_scarce_days():
    """1 + 0.3 cosine has a swing of 0.3 at its peak and -0.3 half a cycle later; 5% of 1 to 101 are at or below 6."""
    wave = 2 + 0.6 * np.cos(2 * np.pi * (np.arange(365) - 171) / 365)
    assert derive.swing(wave, 171) == pytest.approx(0.3)
    assert derive.swing(wave, 171 - 365 / 2) == pytest.approx(-0.3)
    assert derive.scarce(np.arange(1.0, 102.0)) == pytest.approx(6)


def test_every_share_in_the_catalog_adds_up_to_one():
    quantities = bundled().data.quantities
    kinds = {name.partition("_")[2] for name in quantities if "_share_of_" in name}
    assert len(kinds) == 6
    for kind in kinds:
        assert sum(quantities[f"{code.lower()}_{kind}"].mid for code in derive.TITLES) == pytest.approx(1, abs=1e-12)


def test_the_page_shows_what_ships():
    """Every figure of the page's tables is the catalog's, at the digits shown."""
    earth, _, sky = sections("regions.md")["Figures"].partition(derive.END)
    quantities = bundled().data.quantities
    for text, columns in ((earth, derive.ON_THE_PAGE), (sky.partition(derive.SKY_END)[0], derive.IN_THE_SKY)):
        rows = table(text, "region")
        assert [names(row[0])[0] for row in rows] == list(derive.TITLES)
        for row in rows:
            code = names(row[0])[0].lower()
            shown = [float(cell.rstrip(" %")) / (100 if cell.endswith("%") else 1) for cell in row[1:]]
            assert shown == pytest.approx([quantities[f"{code}_{figure}"].mid for figure in columns], abs=1e-9)
