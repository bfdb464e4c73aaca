"""Writing files so that nothing is lost: a file is replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    from filelock import FileLock

    lock = path.with_name(f".{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock, poll_interval=0.005):
        try:
            yield
        finally:
            # Taken away while it is held, so that nobody loses a file that they hold; whoever waits
            # for it sees that it is gone, and locks another one. Windows refuses while it is open,
            # and there the lock takes it away itself.
            with suppress(PermissionError):
                lock.unlink(missing_ok=True)


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
