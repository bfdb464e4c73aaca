"""Files are changed by one process at a time, and nothing stays beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnnstep.files import WriteError, locked, write_atomically

COUNT = """\
import sys
from pathlib import Path
from rnnstep.files import locked, write_atomically
path = Path(sys.argv[1])
for _ in range(150):
    with locked(path):
        write_atomically(path, b"%d" % (int(path.read_bytes()) + 1))
"""
HOLD = """\
import sys, time
from pathlib import Path
from rnnstep.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def start(code: str, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE)


def test_what_processes_write_at_once_is_all_kept_and_no_lock_stays(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_bytes(b"0")
    others = [start(COUNT, path) for _ in range(3)]
    assert [other.wait() for other in others] == [0, 0, 0]
    assert path.read_bytes() == b"450"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_waits_goes_on_when_the_one_before_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "it"
    holder, waiter = start(HOLD, path), None
    try:
        assert holder.stdout and holder.stdout.readline().strip() == b"held"
        waiter = start(HOLD, path)
        time.sleep(0.5)
        holder.kill()
        assert waiter.stdout and waiter.stdout.readline().strip() == b"held"
    finally:
        for process in filter(None, (holder, waiter)):
            process.kill()
            process.communicate()
    assert list(tmp_path.iterdir()) == [tmp_path / ".it.lock"]
    with locked(path):
        write_atomically(path, b"")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_on_its_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"old")

    def fail(*arguments: object) -> None:
        assert path.read_bytes() == b"old"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(WriteError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
