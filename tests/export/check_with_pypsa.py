"""Solve network folders with PyPSA and print what it finds, as JSON; run by a Python that has PyPSA.

python check_with_pypsa.py FOLDER [FOLDER ...]
"""

import importlib.util
import json
import logging
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.INFO)

import pypsa  # noqa: E402


def optimum(folder: Path) -> dict:
    """Status and objective that PyPSA finds for a folder, beside the objective that powergap found."""
    spec = importlib.util.spec_from_file_location("extra", folder / "extra_functionality.py")
    extra = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extra)
    network = pypsa.Network()
    network.import_from_csv_folder(folder)
    status, condition = network.optimize(
        multi_investment_periods=True, include_objective_constant=False, log_to_console=False,
        extra_functionality=extra.extra_functionality, solver_name="highs",
    )  # fmt: skip
    gap = network.c.generators.static.query("carrier == 'gap'").groupby("build_year")["p_nom_opt"].sum() / 1e3
    ours = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["objective_usd"]
    return {
        "folder": folder.name,
        "status": f"{status}, {condition}",
        "powergap_usd": ours,
        "pypsa_usd": network.objective,
        "relative_difference": abs(network.objective - ours) / max(1.0, abs(ours)),
        "gap_gw": gap.to_dict(),
    }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(optimum(Path(name))) + "\n")
        sys.stdout.flush()
