"""Writing files so that nothing is lost: a file is replaced whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from .errors import RnnstepError


class WriteError(RnnstepError, OSError):
    """A file cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")
        self.strerror = error.strerror


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by new contents, or leave it as it was.

    Parameters
    ----------
    path : Path
    data : bytes

    Raises
    ------
    WriteError
        If the folder cannot be written to; the old file is then untouched.
    """
    try:
        _replace(Path(path).resolve(), data)
    except OSError as error:
        raise WriteError(path, error) from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep others that ask here too from a file between reading and replacing it.

    Parameters
    ----------
    path : Path
        The file. It cannot be what is locked: who waits for it would hold one that was replaced.
        Locked is an empty file beside it, whose folder is made if need be, and which is taken away
        again. A process that ends early leaves it, but not its lock.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    lock = path.with_name(f".{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = _alone(lock)
    try:
        yield
    finally:
        if sys.platform == "win32":
            file.close()
            # Refused while another one has it open, who then takes it away.
            with suppress(PermissionError):
                lock.unlink(missing_ok=True)
        else:
            # Taken away while it is held, so that nobody loses a file that they hold.
            lock.unlink(missing_ok=True)
            file.close()


def _alone(lock: Path) -> FileIO:
    """The file of a lock, once nobody else holds it."""
    while True:
        file = FileIO(lock, "a")
        try:
            _wait(file)
            if _is_at(file, lock):
                return file
        except BaseException:
            file.close()
            raise
        # Whoever held it has taken it away: others that come now lock another file.
        file.close()


def _wait(file: FileIO) -> None:
    """Wait for a file; closing it lets the next one go on."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)


def _is_at(file: FileIO, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _replace(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
