"""With the network cut everything works as before: nothing is asked of anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CUT = """
import sys
def refuse(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        print("NETWORK USED", event, arguments, file=sys.stderr)
        raise OSError(101, "the network is cut")
sys.addaudithook(refuse)

from powergap.cli import app
for arguments in (
    ["solve", "tiny/one-block", "-o", "run"], ["report", "run", "--to", "r.html"],
    ["plot", "run", "--figure", "gap", "--to", "gap.png"], ["export", "run", "--to", "r.xlsx"],
    ["export", "run", "-f", "parquet", "--to", "p"], ["export", "run", "-f", "pypsa", "--to", "n"],
    ["audit", "run"], ["validate", "us-2030"], ["catalog"],
):
    app(arguments, standalone_mode=False)
print("ALL DONE")
"""


def test_nothing_asks_for_the_network(tmp_path):
    """Connections, look-ups and listeners are refused and told; where allowed there is no network at all."""
    command = [sys.executable, "-c", CUT]
    alone = ["unshare", "--net", "--map-root-user"]
    try:
        can_cut = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        can_cut = False
    done = subprocess.run(
        [*alone, *command] if can_cut else command,
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "NETWORK USED" not in done.stderr
    assert done.stdout.endswith("ALL DONE\n"), done.stdout[-500:] + done.stderr[-2000:]
