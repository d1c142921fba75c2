"""What only a real process shows: streams, exit codes, signals, imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def start(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "powergap", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment(**more), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(folder: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    with start(folder, *arguments, **more) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def seconds_of_children() -> float:
    """CPU time of processes that have ended, which no other load on the machine lengthens."""
    spent = os.times()
    return spent.children_user + spent.children_system


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys, powergap.cli; print(sorted({'pandas', 'numpy', 'pyomo', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "[]\n"


def test_json_is_alone_on_stdout_and_quiet_is_silent(tmp_path):
    code, out, err = run(tmp_path, "solve", "tiny/one-block", "--json", "--quiet")
    assert (code, err) == (0, "")
    assert json.loads(out)["policies"][0]["gap_2030_gw"] == 15.0


def test_piped_table_is_plain_and_whole(tmp_path):
    code, out, err = run(tmp_path, "solve", "tiny/one-block", FORCE_COLOR="1", PYTHONIOENCODING="ascii")
    assert code == 0
    assert out.startswith("Gap at the end of 2030: 15 GW under base.\n")
    assert "\x1b" not in out + err
    assert out.isascii()
    assert "binding limits" in out.splitlines()[3]
    narrow = run(tmp_path, "solve", "tiny/one-block", "-q", COLUMNS="60")[1]
    assert max(map(len, narrow.splitlines())) <= 60


@posix
def test_closed_pipe_is_silent(tmp_path):
    command = f"{sys.executable} -m powergap catalog -q | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@posix
def test_ctrl_c_ends_within_a_second_and_writes_nothing(tmp_path):
    slow = ["--set", "chronology.kind=full", "--policy", "gas-and-storage", "--out", "slow"]
    before = seconds_of_children()
    with start(tmp_path, "solve", "us-2030", *slow) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "least cost" in line:
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        spent = seconds_of_children() - before
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted; nothing was written"
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
    assert spent < 20, "seconds of CPU; to the end of the solve it takes a hundred"


@posix
def test_terminal_gets_a_bar_that_goes_away_and_a_table_that_fits(tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    command = [sys.executable, "-m", "powergap", "solve", "tiny/two-regions"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(TERM="xterm", NO_COLOR="1"), stdout=child, stderr=child, stdin=child
    )
    os.close(child)
    seen = b""
    try:
        while chunk := os.read(parent, 65536):
            seen += chunk
    except OSError:  # Linux tells the end of a terminal as an error
        pass
    os.close(parent)
    assert process.wait(timeout=60) == 0
    text = seen.decode()
    assert "\x1b[3" not in text  # no colour
    shown = text[text.rindex("Gap at the end of 2027:") :].replace("\r", "").splitlines()
    assert max(map(len, shown[:-2])) <= 60
    assert any(line.startswith("move") for line in shown)
