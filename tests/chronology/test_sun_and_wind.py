"""Sun and wind by region: yearly means are kept, places differ, and the hours nobody can count on are in the plan."""

import numpy as np
import pytest

import powergap
from powergap.chronology import lay_out
from powergap.model import build
from powergap.scenario.schema import Region, Sun, Wind
from tests.chronology.test_timeline_and_shapes import scenario
from tests.conftest import SCENARIOS

LAYOUTS = [
    ("chronology.kind=annual",),
    ("chronology.typical_days=1", "chronology.stress_days=0"),
    ("chronology.typical_days=2", "chronology.stress_days=2"),
    ("chronology.typical_days=12", "chronology.stress_days=5"),
    ("chronology.kind=full",),
]


def regions(*sets):
    study = powergap.load(SCENARIOS / "us-regions-2030.yaml", sets=sets, policies=["all-of-the-above"], cases=["mid"])
    return study.runs[0]


def shares_of_nameplate(chosen):
    """Output / nameplate under the shipped capacity factors, with the cap: {(region, what): [period, hour]}."""
    line, shapes = lay_out(chosen)
    found = {}
    for i, (name, region) in enumerate(chosen.regions.items()):
        found[name, "sun"] = np.minimum(1, region.sun.capacity_factor_fraction * shapes.sun[i])
        found[name, "wind"] = np.minimum(1, region.wind.capacity_factor_fraction * shapes.wind[i])
    return line, found


@pytest.mark.parametrize("sets", LAYOUTS, ids=" ".join)
def test_every_region_yields_its_capacity_factor_whatever_the_layout(sets):
    """The hours that periods stand for, weighted, have the capacity factor as mean: nothing is lost at nameplate."""
    chosen = regions(*sets)
    line, shares = shares_of_nameplate(chosen)
    for (name, what), share in shares.items():
        mean = (share.mean(axis=1) * line.days_per_year).sum() / 365
        assert mean == pytest.approx(getattr(chosen.regions[name], what).capacity_factor_fraction, rel=1e-9)
        assert share.min() >= 0


def test_texas_is_not_pennsylvania():
    """Catalog: wind 0.407 of nameplate against 0.321, sun 0.268 against 0.246, and a calm day 0.31 against 0.19."""
    line, shares = shares_of_nameplate(regions("chronology.kind=full"))
    for what, texas, pjm in (("wind", 0.407, 0.321), ("sun", 0.268, 0.246)):
        assert shares["TEX", what].mean() == pytest.approx(texas)
        assert shares["MIDA", what].mean() == pytest.approx(pjm)
    hot = line.stress.index("hot")
    ratio = shares["TEX", "wind"][hot].mean() / shares["MIDA", "wind"][hot].mean()
    assert ratio == pytest.approx(0.407 * 0.31 / (0.321 * 0.19), rel=0.02)


def test_the_sun_follows_the_place():
    """Noon at 11:30 puts as much sun into the hour from 11 as the hour from 12 has with noon at 12:30, and so on."""
    early, late = (lay_out(scenario(f"sun.noon_h={noon}"))[1].sun[0] for noon in (11.5, 12.5))
    assert np.allclose(early, np.roll(late, -1, axis=1))
    assert late[0].argmax() == 12


def test_summer_sun_and_winter_nights_of_wind():
    """A swing of 0.4 makes 1.4 of the mean on 21 June and 0.6 half a year later; the night of 7 March blows most."""
    sets = ("chronology.kind=full", "chronology.stress_days=0")
    flat = ("wind.daily_swing_fraction=0", "wind.seasonal_swing_fraction=0", "sun.seasonal_swing_fraction=0.4")
    shapes = lay_out(scenario(*sets, *flat))[1]
    day = shapes.sun[0].mean(axis=1)
    assert (day.max(), day.argmax(), day.min()) == (pytest.approx(1.4, abs=1e-4), 171, pytest.approx(0.6, abs=1e-4))
    assert np.allclose(shapes.wind, 1)
    windy = ("wind.daily_swing_fraction=0.2", "wind.seasonal_swing_fraction=0.3")
    wind = lay_out(scenario(*sets, *windy))[1].wind[0]
    assert np.unravel_index(wind.argmax(), wind.shape) == (65, 0)
    assert wind.max() == pytest.approx(1.3 * 1.2)


def test_stress_days_are_calm_and_the_cold_one_dull():
    """A calm day has a quarter of the mean wind, a dull one a tenth of the mean sun, before all is set to a mean of 1:
    of 365 days 4 are hot and 4 cold.
    """
    line, shapes = lay_out(
        scenario("wind.calm_day_fraction=0.25", "wind.seasonal_swing_fraction=0", "sun.dull_day_fraction=0.1",
                 "sun.seasonal_swing_fraction=0")
    )  # fmt: skip
    hot, cold = line.stress.index("hot"), line.stress.index("cold")
    wind, sun = shapes.wind[0].mean(axis=1), shapes.sun[0].mean(axis=1)
    assert (wind[hot], wind[cold]) == (pytest.approx(0.25 / (359 / 365)), pytest.approx(0.25 / (359 / 365)))
    assert sun[cold] == pytest.approx(0.1 / (361.4 / 365))
    assert sun[hot] == pytest.approx(1 / (361.4 / 365))


def test_a_regions_own_capacity_factor_stands_before_the_technologys():
    """Solar of 0.27 (catalog, mid) in one region, 0.5 in the other: usable per GW in the ratio of the two."""
    own = regions("regions.TEX.sun.capacity_factor_fraction=0.5", "regions.SE.sun.capacity_factor_fraction=null",
                  "only_regions=[TEX, SE]")  # fmt: skip
    model = build(own).model
    solar = list(own.generators).index("solar")
    shapes = lay_out(own)[1]
    usable = model.usable_fraction.array[solar]
    texas, southeast = (list(own.regions).index(name) for name in ("TEX", "SE"))
    available = 1 - own.generators["solar"].forced_outage_fraction
    assert usable[southeast].max() == pytest.approx(0.27 * shapes.sun[southeast].max() * available)
    assert usable[texas].max() == pytest.approx(1.0 * available), "0.5 of nameplate on average meets the cap at noon"


@pytest.fixture
def hours(tmp_path):
    """Dull and clear days, calm and windy ones; a day of each half of the year is a little duller, another calmer."""
    day = np.arange(365)[:, None] + np.zeros(24)
    sun, wind = np.where(day % 2, 1.6, 0.4), np.where(day // 2 % 2, 1.5, 0.5)
    sun[[210, 20]], wind[[148, 340]] = 0.3, 0.4
    load = 500 + 10 * np.sin(np.arange(8760) / 97)
    rows = zip(load, (sun / sun.mean()).ravel(), (wind / wind.mean()).ravel(), strict=True)
    path = tmp_path / "hours.csv"
    path.write_text("system_load_gw,sun,wind\n" + "".join(f"{a:.6f},{b:.9f},{c:.9f}\n" for a, b, c in rows))
    return path


@pytest.mark.parametrize(
    ("ordered", "joined"),
    [((), set()), (("solar",), {210, 20}), (("onshore_wind",), {148, 340}),
     (("solar", "onshore_wind"), {210, 20, 148, 340})],
)  # fmt: skip
def test_the_darkest_and_calmest_given_days_join_where_something_lives_on_them(hours, ordered, joined):
    sets = [
        f"chronology.profiles={hours}",
        "chronology.typical_days=4",
        *(f"technologies.{name}={{}}" for name in ordered),
    ]
    before = set(lay_out(scenario(*sets[:2]))[0].day_of_year.tolist())
    assert not before & {210, 20, 148, 340}
    line = lay_out(scenario(*sets))[0]
    assert set(line.day_of_year.tolist()) - before == joined
    alone = [line.days_per_year[line.day_of_year.tolist().index(day)] for day in joined]
    assert all(days == 1 for days in alone)
    assert line.days_per_year.sum() == 365


def test_the_parametric_course_is_the_mean_of_the_regions():
    """Of the 13 regions, weighted by demand additions, to the two digits given (noon: one)."""
    chosen = regions()
    weight = [sum(region.demand.additions_gw_per_year.values()) for region in chosen.regions.values()]
    for part, kind in (("sun", Sun), ("wind", Wind)):
        for key in kind.model_fields.keys() - {"capacity_factor_fraction"}:
            own = [getattr(getattr(region, part), key) for region in chosen.regions.values()]
            digits = 1 if key == "noon_h" else 2
            assert getattr(kind(), key) == round(float(np.average(own, weights=weight)), digits), key
    assert {"sun", "wind"} <= Region.model_fields.keys()
