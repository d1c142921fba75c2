"""Things on disk that a scenario may name by mistake or malice, laid beside the scenarios."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SCENARIOS = Path(__file__).parents[2] / "scenarios"

TRAPS = (
    "trap-fifo", "trap-loop", "trap-broken", "trap-folder", "trap-device", "trap-huge.yaml", "trap-huge.csv",
    "trap-circle-1.yaml", "trap-self.yaml", "trap-doubling-0.yaml", "trap-unreadable-bytes.yaml", "trap-link.yaml",
    "../mutant.yaml", "../../../../../../../../etc/passwd", "/etc/passwd", "/dev/zero", "/dev/stdin", "trap-folder/..",
    "trap-chain-0.yaml", "trap-deep/" * 500, "//etc/passwd", "~/.bashrc", "file:///etc/passwd", "http://localhost/x.yaml",
)  # fmt: skip


def lay(folder: Path) -> None:
    """A copy of the bundled scenarios in `folder`, with every trap beside each of them."""
    shutil.copytree(SCENARIOS, folder, dirs_exist_ok=True)
    for place in {path.parent for path in folder.rglob("*.yaml")}:
        os.mkfifo(place / "trap-fifo")
        (place / "trap-loop").symlink_to("trap-loop")
        (place / "trap-broken").symlink_to("nowhere")
        (place / "trap-folder").mkdir()
        (place / "trap-device").symlink_to("/dev/zero")
        for name in ("trap-huge.yaml", "trap-huge.csv"):
            with (place / name).open("wb") as file:  # no byte of it is stored
                file.truncate(100_000_000)
        (place / "trap-circle-1.yaml").write_text("extends: trap-circle-2.yaml\n")
        (place / "trap-circle-2.yaml").write_text("extends: [tiny/one-block, trap-circle-1.yaml]\n")
        (place / "trap-self.yaml").write_text("extends: trap-self.yaml\n")
        (place / "trap-unreadable-bytes.yaml").write_bytes(b"\xff\xfe\x00")
        (place / "trap-link.yaml").symlink_to("mutant.yaml")
        for level in range(15):  # each file is read twice by the one before: 2 to the 15th reads
            below = f"trap-doubling-{level + 1}.yaml"
            text = f"extends: [{below}, {below}]\n" if level < 14 else "extends: tiny/one-block\n"
            (place / f"trap-doubling-{level}.yaml").write_text(text)
        for level in range(40):
            (place / f"trap-chain-{level}.yaml").write_text(f"extends: trap-chain-{level + 1}.yaml\n")
