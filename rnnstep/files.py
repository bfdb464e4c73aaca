"""Writing files so that nothing is lost: a file is replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
def locked(path: Path, patience: float = 2.0) -> Iterator[None]:
    """Keep others that ask here too from a file between reading and replacing it.

    Parameters
    ----------
    path : Path
        The file; what stands for the lock is a file beside it. The folder is made if need be.
    patience : float
        Seconds to wait for another one, which holds it for milliseconds. Then it was left by one
        that ended early, and is taken away.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    lock = path.with_name(f".{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() - begun > patience:
                lock.unlink(missing_ok=True)
            time.sleep(0.005)
    try:
        yield
    finally:
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
