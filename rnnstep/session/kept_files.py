"""The files in which unsaved sessions lie: one for each time that the app was started.

All those of a scenario lie in one folder. A session's file is locked for as long as its app lives,
so that nobody takes up or takes away what another window still writes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import write_atomically

if TYPE_CHECKING:
    from filelock import BaseFileLock


def kept_folder(scenario: Path) -> Path:
    """Where the unsaved sessions of a scenario lie on this system."""
    from platformdirs import user_state_path

    key = hashlib.sha256(str(scenario.resolve()).encode()).hexdigest()[:16]
    return user_state_path("rnnstep", appauthor=False) / "sessions" / key


def kept_files(scenario: Path) -> list[Path]:
    """The files of a scenario's unsaved sessions that no living app writes, the newest first."""
    folder = kept_folder(scenario)
    # Before there was a folder for each scenario there was one file for each.
    paths = [*folder.glob("*.json"), folder.with_suffix(".json")]
    found = []
    for path in paths:
        with suppress(OSError):
            when = path.stat().st_mtime_ns
            if not _written_now(path):
                found.append((when, path))
    return [path for _, path in sorted(found, reverse=True)]


def remove(path: Path) -> None:
    """Take a file away, and what stood for its lock; the folder too if nothing is left in it."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        lock_path(path).unlink(missing_ok=True)
        path.parent.rmdir()


def lock_path(path: Path) -> Path:
    """What stands for the lock of a file."""
    return path.with_suffix(".lock")


def _written_now(path: Path) -> bool:
    """Whether the app that writes a file is still alive."""
    if not lock_path(path).exists():
        return False
    lock = _lock(path)
    if lock is None:
        return True
    lock.release()
    return False


def _lock(path: Path) -> BaseFileLock | None:
    """Lock a file; None if another one has."""
    from filelock import FileLock, Timeout

    # The lock is taken in one thread and given back in another.
    lock = FileLock(lock_path(path), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


class KeptFile:
    """The file in which one session is kept; there is none until something is written.

    Parameters
    ----------
    scenario : Path
        Whose session it is.

    Attributes
    ----------
    path : Path or None
        None until something is written.
    """

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self.path: Path | None = None
        self._held: BaseFileLock | None = None
        self._ended = False
        # What is kept is written beside the keys, and at the end in the thread of the keys.
        self._turn = threading.Lock()

    def write(self, data: bytes) -> None:
        """Replace what the file holds; nothing once the session has ended.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        with self._turn:
            if not self._ended:
                write_atomically(self.path or self._begin(), data)

    def remove(self) -> None:
        """Take the file away."""
        with self._turn:
            if self.path is not None:
                path, self.path = self.path, None
                self._let_go()
                remove(path)

    def end(self) -> None:
        """Write nothing more, and let others have what is there."""
        with self._turn:
            self._ended = True
            self._let_go()

    def _begin(self) -> Path:
        folder = kept_folder(self.scenario)
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".lock", time.strftime("%Y%m%d-%H%M%S-"), folder)
        os.close(handle)
        path = Path(name).with_suffix(".json")
        self._held = _lock(path)
        self.path = path
        return path

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None
