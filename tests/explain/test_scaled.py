"""What holds a solver of its own gives the right answer of numbers that the solver would lose."""

import numpy as np
import pytest

from powergap import lp
from powergap.explain.alternatives import _optimum
from powergap.explain.diagnosis.elastic import Elastic
from powergap.explain.diagnosis.number import Movable
from powergap.explain.resolve import Change, outcome
from tests.lp.test_rays import of


def test_a_moved_limit():
    """Most x where 9e-10 x <= 2: 2 / 9e-10, with a limit of 3 half as much again; HiGHS alone sees no limit."""
    base = lp.solve(of([[9e-10]], [None], [2], [0], [None], [-1]))
    session = lp.Session(base.program, base.basis)
    assert outcome(session, Change(rows={0: 3.0})).value == pytest.approx(-3 / 9e-10, rel=1e-9)
    session.rewind()
    assert outcome(session, Change(rows={0: 3.0})).value == pytest.approx(-3 / 9e-10, rel=1e-9)
    assert base.objective == pytest.approx(-2 / 9e-10, rel=1e-9)


def test_a_range():
    """Least and most x where 1 <= 9e-10 x <= 2."""
    program = of([[9e-10]], [1], [2], [0], [None], [1])
    session = lp.Session(program)
    for sign, end in ((1.0, 1.0), (-1.0, 2.0)):
        assert _optimum(session, program.with_cost(np.array([sign])))[0] == pytest.approx(end / 9e-10, rel=1e-9)


def test_a_conflict():
    """10 GW that emit 2e-11 each under a cap of 1.7e-10: 3 units of 1e-11 are missing; HiGHS alone sees no conflict."""
    program = of([[1.0], [2e-11]], [10, None], [None, 1.7e-10], [0], [30])
    cap = Movable(("cap",), "t", "cap", 17.0, 1, np.inf, np.array([1]), np.array([-1e-11]))
    found = Elastic(program, [cap]).solve([0], [])
    assert found is not None
    np.testing.assert_allclose(found[0], [10, 3], rtol=1e-6)
