"""The audit's own list of cost terms: what each is, which technologies have it, and whether it is a cost of supply.

Written apart from the model on purpose: what is checked against the list that made it would always hold. A test keeps
this list and the ledger's equal.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditTerm:
    """One cost term.

    Attributes:
        sentence: what is checked.
        of: kinds of technology that have it; none: the nation as a whole.
        kind: what it pays for, as the cost table says it.
    """

    sentence: str
    of: tuple[str, ...] = ()
    kind: str = "supply"


TERMS = {
    "connection": AuditTerm("Connection cost is capital charges on additions, over the contract", ("connection",)),
    "grid_capacity": AuditTerm("Grid capacity cost is the capacity price times connected capacity", ("connection",)),
    "grid_energy": AuditTerm("Grid energy cost is the energy price times energy drawn", ("connection",)),
    "carbon_grid": AuditTerm("Carbon cost of power bought is the carbon price times its emissions", ("connection",)),
    "capital": AuditTerm(
        "Capital cost is the yearly charge on deliveries, over the contract", ("generator", "storage")
    ),
    "fixed_om": AuditTerm(
        "Fixed operation and maintenance is its price times standing capacity", ("generator", "storage")
    ),
    "fuel": AuditTerm("Fuel cost is heat rate times fuel price times output", ("generator",)),
    "variable_om": AuditTerm("Variable operation and maintenance is its price times output", ("generator",)),
    "carbon_on_site": AuditTerm(
        "Carbon cost of power generated is the carbon price times its emissions", ("generator",)
    ),
    "storage_capital": AuditTerm("Capital cost of storage energy is the yearly charge on deliveries", ("storage",)),
    "storage_fixed_om": AuditTerm("Fixed cost of storage energy is its price times standing energy", ("storage",)),
    "storage_variable_om": AuditTerm("Variable cost of storage is its price times energy discharged", ("storage",)),
    "flexible_load": AuditTerm("Flexible load costs its price times energy curtailed", ("flexible_load",)),
    "flexible_load_enrolment": AuditTerm("Enrollment costs its price times enrolled load", ("flexible_load",)),
    "relocation": AuditTerm("Relocation costs its price times load that moved in"),
    "unserved_energy": AuditTerm("Unserved energy costs its price times energy not served", kind="unserved"),
    "gap": AuditTerm("The gap costs its price times the gap", kind="gap"),
}
