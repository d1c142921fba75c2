"""Pyomo rules -> arrays -> HiGHS, without an object per row or column. Knows nothing of power.

Rules are ordinary Pyomo rules. Each is called once with placeholders and evaluated over whole numpy grids:

    import pyomo.environ as pyo
    from powergap import lp

    model = pyo.ConcreteModel()
    model.PLANTS = pyo.Set(initialize=["gas", "wind"])
    model.YEARS = pyo.Set(initialize=[2026, 2027])
    model.demand = lp.Param(model.YEARS, array=[3.0, 5.0])
    model.price = lp.Param(model.PLANTS, array=[40.0, 10.0])
    model.output = lp.Var(model.PLANTS, model.YEARS, bounds=(0, 4))
    model.cost = lp.Expression(
        model.YEARS, rule=lambda m, y: sum(m.price[p] * m.output[p, y] for p in m.PLANTS))
    model.balance = lp.Constraint(
        model.YEARS, rule=lambda m, y: sum(m.output[p, y] for p in m.PLANTS) == m.demand[y])
    model.total = lp.Objective(rule=lambda m: sum(m.cost[y] for y in m.YEARS))

    solution = lp.solve(lp.compile(model))
    solution.value("output")     # array [plants, years]: [[0, 1], [3, 4]]
    solution.dual("balance")     # array [years]: [10, 40], d cost / d demand
    solution.expression("cost")  # array [years]: [30, 80]

A rule that branches on an index (`if y == 2026`) is called once per index instead, which is slow on large
sets; `program.row_by_row` names such components. Arrays with zeros or a Set per case avoid it.

Ordinary Pyomo components work too, over sets of any kind; what is deactivated is left out. What a linear program has
not (integers, SOS, disjunctions, logic, derivatives) is refused by name.
"""

from powergap.lp.basis import Basis
from powergap.lp.certificate import Certificate, certify
from powergap.lp.compiler import compile
from powergap.lp.components import Constraint, Expression, Objective, Param, Var, expand
from powergap.lp.conditioning import Conditioning, conditioning
from powergap.lp.contents import parameters, sets
from powergap.lp.cuts import CutsFailed, Guess, Pool, Prices, solve_by_cuts
from powergap.lp.extensive_form import (
    Risk,
    Tree,
    conditional_value_at_risk,
    mean_program,
    side_by_side,
    with_commitments,
)
from powergap.lp.loaded import PRIMAL
from powergap.lp.model_file import write_model
from powergap.lp.program import Block, ExpressionBlock, LinearProgram
from powergap.lp.rays import Contradiction, Descent, contradiction, descent, directions
from powergap.lp.session import Session
from powergap.lp.settings import SolverSettings, chosen_method
from powergap.lp.solution import WITHOUT, Solution, SolveStatus
from powergap.lp.solution_cache import SolutionCache
from powergap.lp.solver import solve
from powergap.lp.store import load, save
from powergap.lp.subproblems import IndependentPart, parts

__all__ = [
    "PRIMAL",
    "WITHOUT",
    "Basis",
    "Block",
    "Certificate",
    "Conditioning",
    "Constraint",
    "Contradiction",
    "CutsFailed",
    "Descent",
    "Expression",
    "ExpressionBlock",
    "Guess",
    "IndependentPart",
    "LinearProgram",
    "Objective",
    "Param",
    "Pool",
    "Prices",
    "Risk",
    "Session",
    "Solution",
    "SolutionCache",
    "SolveStatus",
    "SolverSettings",
    "Tree",
    "Var",
    "certify",
    "chosen_method",
    "compile",
    "conditional_value_at_risk",
    "conditioning",
    "contradiction",
    "descent",
    "directions",
    "expand",
    "load",
    "mean_program",
    "parameters",
    "parts",
    "save",
    "sets",
    "side_by_side",
    "solve",
    "solve_by_cuts",
    "with_commitments",
    "write_model",
]
