"""Programs: modified copies share the matrix; files give back what was written."""

import dataclasses

import numpy as np
import pyomo.environ as pyo
import pytest

from powergap import lp
from powergap.lp.model_file import readable
from powergap.lp.settings import chosen_method
from tests.lp.reference import dense
from tests.lp.test_solver import dispatch


def test_modified_copies_share_the_matrix_and_leave_the_original_alone():
    program = dispatch()
    cheaper = program.with_cost(np.ones(4), 2.0)
    assert cheaper.value is program.value
    assert (cheaper.offset, program.offset) == (2.0, 7.0)
    tighter = program.with_column_bounds(upper=np.full(4, 3.0))
    assert tighter.index is program.index
    assert (tighter.column_upper[0], program.column_upper[0], tighter.column_lower[0]) == (3.0, 4.0, 0.0)
    with pytest.raises(ValueError, match="shape"):
        program.with_cost(np.ones(3))


def test_an_added_row_comes_last_with_its_name():
    program = dispatch()
    cost, offset = program.objective_of("cost")
    longer = program.with_row("ceiling", cost, upper=100 - offset)
    assert dense(longer)[-1].tolist() == [40, 40, 10, 10]
    assert (longer.row_lower[-1], longer.row_upper[-1]) == (-np.inf, 100.0)
    assert longer.rows["ceiling"].start == 2
    assert "ceiling" not in program.rows
    assert longer.expression("cost").evaluate(np.ones(4)).tolist() == [50, 50]
    with pytest.raises(ValueError, match="already"):
        longer.with_row("ceiling", cost)


def test_saved_programs_and_solutions_come_back_equal(tmp_path):
    m = pyo.ConcreteModel()
    m.L = pyo.Set(dimen=2, initialize=[("n", 1), ("s", 2)])
    m.x = lp.Var(m.L, bounds=(0, 4))
    m.row = lp.Constraint(m.L, rule=lambda m, a, b: m.x[a, b] >= b)
    m.cost = lp.Objective(rule=lambda m: sum(m.x[a, b] for a, b in m.L))
    solution = lp.solve(lp.compile(m))
    lp.save(tmp_path / "a.npz", solution.program, solution)
    lp.save(tmp_path / "b.npz", solution.program, solution)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    program, again = lp.load(tmp_path / "a.npz")
    for name in ("cost", "column_lower", "column_upper", "row_lower", "row_upper", "start", "index", "value"):
        np.testing.assert_array_equal(getattr(program, name), getattr(solution.program, name))
    assert program.columns == solution.program.columns
    assert program.rows["row"].position(("s", 2)) == 1
    assert again.status is lp.SolveStatus.OPTIMAL
    assert again.objective == solution.objective
    assert again.certificate == solution.certificate
    np.testing.assert_array_equal(again.dual("row"), solution.dual("row"))
    assert lp.certify(program, again.column_value, again.row_dual).passes()
    with pytest.raises(KeyError, match="without its model"):
        program.expression("cost")
    lp.save(tmp_path / "c.npz", program)
    assert lp.load(tmp_path / "c.npz")[1] is None


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_model_files_have_names_and_the_same_optimum(tmp_path, ending):
    import highspy

    file = tmp_path / f"dispatch.{ending}"
    lp.write_model(dispatch(), file)
    assert "output(gas,2026)" in file.read_text()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.readModel(str(file))
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(117)
    with pytest.raises(ValueError, match="cannot write"):
        lp.write_model(dispatch(), tmp_path / "dispatch.txt")


def test_model_files_tell_names_apart_that_their_letters_make_the_same():
    assert readable(["x[a-b]", "x[a_b]", "y[ä,1]"]) == ["x(a_b)", "x(a_b)_2", "y(_,1)"]


@pytest.mark.parametrize(
    ("rows", "per_row", "method"),
    [(2_000, 4, "simplex"), (120_000, 3, "simplex"), (120_000, 4, "ipm")],
)
def test_only_large_coupled_programs_are_given_to_ipm(rows, per_row, method):
    """4 entries a row count as coupled (more than 3.4), 3 do not; 120k rows are large (more than 100k)."""
    program = dataclasses.replace(
        dispatch(), row_lower=np.zeros(rows), row_upper=np.zeros(rows), value=np.ones(rows * per_row)
    )
    assert chosen_method(program) == method
