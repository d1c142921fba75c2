"""A PyPSA network folder of a solved policy and case, written without PyPSA.

PyPSA reads the folder with `import_from_csv_folder` and solves it to the same optimum. Everything comes from the solved
program, so what PyPSA is asked is what was solved. What its components cannot say stands in `extra/`, and a small
script beside it, `extra_functionality.py`, adds it to PyPSA's linear program; rows that neither can say are refused.
"""

from powergap.export.pypsa.folder import write_network

__all__ = ["write_network"]
