"""The audit: every identity that a run promises, recomputed from its tables and resolved scenarios alone.

Nothing here reads the linear program's own sums. The arithmetic of lead times, contracts, redundancy and
prices is written a second time, so that a table and its audit agree on a wrong figure only if the same slip
was made twice.
"""

from powergap.audit.expected import Expected, ExpectedOutcome
from powergap.audit.folder import audit_folder
from powergap.audit.whole import audit
from powergap.results.manifest import Check

__all__ = ["Check", "Expected", "ExpectedOutcome", "audit", "audit_folder"]
