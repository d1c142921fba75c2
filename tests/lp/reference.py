"""What Pyomo itself makes of an expanded model, in the compiled program's row and column order."""

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins import standard_form
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from powergap import lp

# Before 6.10.1 Pyomo refuses a row such as 0 >= 3 by a name that its module does not have.
vars(standard_form).setdefault("InfeasibleError", InfeasibleConstraintException)


def dense(program):
    matrix = np.zeros(program.shape)
    row = np.repeat(np.arange(program.shape[0]), np.diff(program.start))
    np.add.at(matrix, (row, program.index), program.value)
    return matrix


def column_of(program, variable):
    block = program.columns[variable.parent_component().name]
    return _place(block, variable.index(), variable.parent_component())


def _place(block, index, component):
    if not component.is_indexed():
        return block.start
    if len(block.labels) == 1:
        return block.position(index)
    labels, parts = index if isinstance(index, tuple) else (index,), []
    for axis in block.labels:
        size = len(axis[0]) if axis and isinstance(axis[0], tuple) else 1
        parts.append(labels[:size] if size > 1 else labels[0])
        labels = labels[size:]
    return block.position(*parts)


def assert_same_as_pyomo(model, program=None):
    """Compile, expand, let Pyomo write its standard form, compare row by row. Returns the program."""
    program = program or lp.compile(model)
    lp.expand(model)
    assert_bounds(model, program)
    size = program.shape[1]
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    order = np.array([column_of(program, variable) for variable in form.columns], int)
    theirs = np.zeros((form.A.shape[0], size))
    theirs[:, order] = form.A.toarray()
    cost = np.zeros(size)
    if form.c.shape[0]:
        cost[order] = form.c.toarray()[0]
        assert np.isclose(program.offset, form.c_offset[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(program.cost, cost, rtol=1e-12, atol=1e-12)
    ours, seen = dense(program), {}
    for (row, sense), right, line in zip(form.rows, form.rhs, theirs, strict=True):
        block = program.rows[row.parent_component().name]
        place = _place(block, row.index(), row.parent_component())
        if not np.allclose(ours[place], line) and np.allclose(ours[place], -line):
            # Where data are zero a side may turn out constant, and Pyomo writes the row the other way round.
            line, right, sense = -line, -right, -sense  # noqa: PLW2901
        np.testing.assert_allclose(ours[place], line, rtol=1e-12, atol=1e-12, err_msg=row.name)
        low, high = seen.setdefault(place, [-np.inf, np.inf])
        seen[place] = [right if sense in (0, -1) else low, right if sense in (0, 1) else high]
    for place, (low, high) in seen.items():
        np.testing.assert_allclose(
            [program.row_lower[place], program.row_upper[place]], [low, high], rtol=1e-12, atol=1e-12
        )
    missing = set(range(program.shape[0])) - set(seen)
    assert not any(np.any(abs(ours[place]) > 1e-12) for place in missing), "Pyomo drops only rows without entries"
    row = np.repeat(np.arange(program.shape[0]), np.diff(program.start)).tolist()
    assert (program.value != 0).all(), "zeros are dropped"
    assert len(set(zip(row, program.index.tolist(), strict=True))) == len(row), "columns of a row are merged"
    return program


def assert_bounds(model, program):
    for variable in model.component_data_objects(pyo.Var):
        column = column_of(program, variable)
        low = -np.inf if variable.lb is None else variable.lb
        high = np.inf if variable.ub is None else variable.ub
        assert (program.column_lower[column], program.column_upper[column]) == (low, high), variable.name
