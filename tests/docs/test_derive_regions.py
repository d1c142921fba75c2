"""The regions' figures: the arithmetic by hand, and all of them again from the published files."""

import pandas as pd
import pytest

from powergap.catalog import bundled
from tests.docs.pages import ROOT, names, script, sections, table

derive = script("derive_regions")
FOLDER = ROOT.parent / "shared" / "data"
COUNTY_HEAD = "Name,Planned (MW),Operating (MW),In Construction (MW),Region Name\n"


def test_what_ships_is_what_the_files_say():
    missing = [one for one in (derive.COUNTIES, derive.COST_FACTORS, derive.GAS_BASIS, derive.DEMAND)
               if not (FOLDER / one).is_file()]  # fmt: skip
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


def test_every_share_in_the_catalog_adds_up_to_one():
    quantities = bundled().data.quantities
    kinds = {name.partition("_")[2] for name in quantities if "_share_of_" in name}
    assert len(kinds) == 6
    for kind in kinds:
        assert sum(quantities[f"{code.lower()}_{kind}"].mid for code in derive.TITLES) == pytest.approx(1, abs=1e-12)


def test_the_page_shows_what_ships():
    """Every figure of the page's table is the catalog's, at the digits shown."""
    rows = table(sections("regions.md")["Figures"].partition(derive.END)[0], "region")
    assert [names(row[0])[0] for row in rows] == list(derive.TITLES)
    quantities = bundled().data.quantities
    for row in rows:
        code = names(row[0])[0].lower()
        shown = [float(cell.rstrip(" %")) / (100 if cell.endswith("%") else 1) for cell in row[1:]]
        shipped = [quantities[f"{code}_{figure}"].mid for figure in derive.ON_THE_PAGE]
        assert shown == pytest.approx(shipped, abs=1e-9)
