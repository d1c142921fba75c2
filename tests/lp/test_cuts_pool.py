"""Cuts of blocks that did not change hold in another program; those of a block that did are left."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from powergap import lp
from powergap.lp.cuts.method import GAP
from powergap.lp.cuts.pool import MOST_CUTS, Known, content
from powergap.lp.subproblems import take_apart

from .test_cuts import SETTINGS, SHARED, capped, prices_of, shop

NOTHING = lp.Guess(np.zeros(10))


def by_cuts(program, pool=None, gap=1e-9):
    return lp.solve_by_cuts(program, SHARED, SETTINGS, start=NOTHING, pool=pool, keep_pool=True, smallest=1, gap=gap)


def contents(program):
    inner = program.in_unit()
    return [content(inner, block) for block in take_apart(inner, SHARED, smallest=1).blocks]


def with_entry(program, row, column, value):
    """The program with another coefficient, which must not be 0 before."""
    values = program.value.copy()
    entries = slice(program.start[row], program.start[row + 1])
    values[entries][program.index[entries] == column] = value
    return dataclasses.replace(program, value=values)


def with_upper(program, columns, upper):
    return program.with_column_bounds(upper=_with(program.column_upper, columns, upper))


def with_lower(program, columns, lower):
    return program.with_column_bounds(lower=_with(program.column_lower, columns, lower))


def with_cost(program, columns, cost):
    return program.with_cost(_with(program.cost, columns, cost), program.offset)


def _with(numbers, places, value):
    changed = numbers.copy()
    changed[places] = value
    return changed


@pytest.mark.parametrize(("build", "optimum"), [(12.0, 267.0), (11.0, 257.0), (14.0, 287.0)])
def test_what_only_the_shared_columns_cost_takes_a_round_or_two(build, optimum):
    """10 GW-years of wind at 12 stand in 267; at 11 or 14 they are worth as much and cost 10 less or 20 more."""
    learned = by_cuts(shop())
    again = by_cuts(shop(build=build), learned.pool)
    assert again.iterations <= 2 < learned.iterations
    assert again.objective == pytest.approx(optimum)
    assert again.column_value[:2] == pytest.approx([5, 5])
    assert again.certificate.passes(1e-6)


def test_a_limit_on_a_shared_column_changes_no_block():
    """With 4 GW of wind at most the 5th GW of the one hour is gas: 2 * 4 * 12 + 13 * 10 + 40 + 7."""
    again = by_cuts(shop(most=4.0), by_cuts(shop()).pool)
    assert again.objective == pytest.approx(273)
    assert again.certificate.passes(1e-6)
    assert contents(shop(most=4.0)) == contents(shop())


def test_the_duals_of_cuts_taken_over_are_those_of_the_whole():
    """As without a pool: one more of demand in the hour of 5 is one more of wind in both years, 2 * 11 + 10."""
    again = by_cuts(shop(build=11.0), by_cuts(shop()).pool)
    assert again.row_dual[[3, 4]] == pytest.approx([10, 32])


CHANGES = {
    "demand": (shop(demands=((3.0, 5.0), (9.0, 8.0))), shop(demands=((3.0, 5.0), (1.0, 1.0)))),
    "price": (with_cost(shop(build=20.0), [6, 7], 100.0), with_cost(shop(build=20.0), [6, 7], 11.0)),
    "limit": (with_upper(shop(), [8, 9], 0.5), shop()),
    "floor": (with_lower(shop(build=20.0), [6, 7], [4.0, 2.0]), shop(build=20.0)),
    "capacity": (with_entry(with_entry(shop(), 5, 1, -0.5), 6, 1, -0.5), shop()),
    "efficiency": (with_entry(shop(), 7, 8, 0.5), shop()),
}
"""Before and after: afterwards the second year is cheaper, so that what it cost before is no bound any more."""


@pytest.mark.parametrize("change", CHANGES)
def test_cuts_of_a_block_that_changed_are_left(change):
    """Taken over they would prove a bound above the optimum, and cut it off."""
    before, after = CHANGES[change]
    assert [one == other for one, other in zip(contents(before), contents(after), strict=True)] == [True, False]
    again = by_cuts(after, by_cuts(before).pool)
    assert again.objective == pytest.approx(lp.solve(after).objective, rel=1e-6)
    assert again.objective < by_cuts(before).objective - 1.0
    assert again.certificate.passes(1e-6)


@pytest.mark.parametrize("change", CHANGES)
def test_cuts_of_a_block_that_changed_would_be_too_high(change, monkeypatch):
    """The test above would be empty if stale cuts did no harm."""
    monkeypatch.setattr("powergap.lp.cuts.method.content", lambda program, block: str(block.rows))
    before, after = CHANGES[change]
    with pytest.raises(lp.CutsFailed, match="does not prove itself"):
        by_cuts(after, by_cuts(before).pool)


def test_blocks_that_are_the_same_have_their_cuts_in_common():
    """Both years want 3 and 5 GW: 2 * 5 * 12 + 16 * 10 + 7."""
    program = shop(demands=((3.0, 5.0), (3.0, 5.0)))
    assert len(set(contents(program))) == 1
    learned = by_cuts(program)
    assert len(learned.pool.blocks) == 1
    again = by_cuts(program, learned.pool)
    assert (again.iterations, again.objective) == (1, pytest.approx(287))


def test_a_block_may_stand_elsewhere_in_the_other_program():
    """Its years the other way round, all demand in the first: what they cost they cost there."""
    learned = by_cuts(shop(demands=((3.0, 5.0), (4.0, 2.0))))
    turned = shop(demands=((4.0, 2.0), (3.0, 5.0)))
    assert contents(turned) == contents(shop())[::-1]
    again = by_cuts(turned, learned.pool)
    assert again.objective == pytest.approx(lp.solve(turned).objective)
    assert again.certificate.passes(1e-6)


def test_a_penalty_that_was_raised_is_not_found_anew():
    """A missing GW is worth 100,000 here, far above the first penalty."""
    program = shop(price=(1e5, 10.0), build=1.0)
    learned = by_cuts(program)
    again = by_cuts(program, learned.pool)
    assert again.iterations == 1 < learned.iterations
    assert again.objective == pytest.approx(lp.solve(program).objective)


def test_a_small_program_counts_in_its_own_unit():
    """A thousandth of all that is asked for costs a thousandth, but for the offset, and its pool starts it again."""
    program = dataclasses.replace(shop(demands=((0.003, 0.005), (0.004, 0.002))), offset=0.0)
    assert program.unit < 1e-3
    learned = by_cuts(program)
    again = by_cuts(with_cost(program, 0, 13.0), learned.pool)
    assert again.iterations == 1
    assert again.column_value[:2] == pytest.approx([0.005, 0.005])
    assert again.objective == pytest.approx(0.265)


@pytest.mark.parametrize(("changed", "guesses"), [(False, 0), (True, 1)])
def test_a_guess_is_made_only_where_a_block_is_not_known(changed, guesses):
    made = []
    program = shop(demands=((3.0, 5.0), (4.0, 1.0))) if changed else shop(build=13.0)
    lp.solve_by_cuts(program, SHARED, SETTINGS, start=lambda: made.append(NOTHING) or NOTHING,
                     pool=by_cuts(shop()).pool, smallest=1)  # fmt: skip
    assert len(made) == guesses


def test_packed_and_unpacked_it_is_the_same_to_the_last_bit():
    pool = by_cuts(shop()).pool
    packed = pool.pack()
    assert packed.startswith(lp.Pool.MARK)
    found = lp.Pool.unpack(packed)
    assert found.pack() == packed
    assert (found.penalty, list(found.blocks)) == (pool.penalty, list(pool.blocks))
    for one, other in zip(found.blocks.values(), pool.blocks.values(), strict=True):
        assert len(one.cuts) == len(other.cuts) > 1
        for ours, theirs in zip(one.cuts, other.cuts, strict=True):
            assert ours.constant == theirs.constant
            for name in ("slope", "rows", "dual"):
                assert getattr(ours, name).tobytes() == getattr(theirs, name).tobytes()
    first, second = (by_cuts(shop(build=13.0), each) for each in (pool, found))
    assert first.column_value.tobytes() == second.column_value.tobytes()
    assert first.row_dual.tobytes() == second.row_dual.tobytes()


def test_a_basis_that_stands_on_a_price_keeps_it():
    """The load of year 1 has settled at its price: its basis would be no optimum at another."""
    program = capped(limit=1.0)
    program.cost[:2] = 35.0
    whole = lp.solve(program)
    off = lp.Guess(whole.column_value - 0.02 * (np.arange(10) == 0), prices_of(whole))
    learned = lp.solve_by_cuts(program, SHARED, SETTINGS, start=off, keep_pool=True, smallest=1)
    prices = [known.price.tolist() for known in lp.Pool.unpack(learned.pool.pack()).blocks.values()]
    assert prices[0] == pytest.approx([40.0])
    again = lp.solve_by_cuts(program, SHARED, SETTINGS, pool=learned.pool, smallest=1)
    assert again.objective == pytest.approx(457, rel=1e-6)
    assert again.certificate.passes(1e-6)


def test_the_latest_cuts_are_kept_each_once():
    known = next(iter(by_cuts(shop()).pool.blocks.values()))
    cuts = [dataclasses.replace(known.cuts[0], constant=float(number // 2)) for number in range(4 * MOST_CUTS)]
    kept = Known.of([*cuts, cuts[0]], known.basis, known.price).cuts
    assert [cut.constant for cut in kept] == [*range(MOST_CUTS + 1, 2 * MOST_CUTS), 0]


def test_without_being_asked_nothing_is_kept():
    assert lp.solve_by_cuts(shop(), SHARED, SETTINGS, smallest=1).pool is None


YEAR = st.tuples(st.integers(0, 9), st.integers(0, 9))
DRAW = st.tuples(
    st.tuples(YEAR, YEAR),
    st.tuples(st.integers(1, 99), st.integers(0, 50)),
    st.integers(0, 60),
    st.sampled_from([0.5, 2.0, 6.0, np.inf]),
)


@settings(max_examples=60)
@given(DRAW, DRAW, st.booleans())
def test_the_whole_finds_the_same_whatever_the_pool_is_of(one, other, has_the_same_years):
    if has_the_same_years:
        other = (*one[:2], *other[2:])
    program = shop(*other)
    try:
        scratch, pool = by_cuts(program, gap=GAP), by_cuts(shop(*one), gap=GAP).pool
    except lp.CutsFailed:
        reject()  # a few of these programs end without a plan from scratch too
    found = by_cuts(program, pool, GAP)
    assert found.objective == pytest.approx(scratch.objective, rel=1e-6, abs=1e-6)
    assert found.objective == pytest.approx(lp.solve(program).objective, rel=1e-6, abs=1e-6)
    assert found.certificate.passes(1e-6)
