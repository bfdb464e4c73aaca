"""The file of results: one JSON line a run, appended as soon as the run is done.

A line that was cut off by a crash is the last one and has no end of line. It is taken away before
the next line is appended, and its run is done again. A whole line that cannot be read was not
written by a sweep, and is an error. Whoever changes the file locks it first, so the parts of a
sweep may run at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from ...errors import RnnstepError


class ResultsError(RnnstepError, ValueError):
    """A file of results cannot be read or written."""


@dataclass(frozen=True)
class Result:
    """What came of one run.

    Attributes
    ----------
    id : str
        Stands for everything that decides the result; see ``plan.fingerprint``.
    lane : str
    settings : mapping
        What each axis had.
    seed : int
    solved_at : int or None
        Updates until the first of the passing checks in a row.
    update : int or None
        After how many updates the parameters that are scored here were taken.
    loss, accuracy : float or None
        Of that check.
    seconds : float
    whole : float or None
        Share of sequences in which every answer is right, at that check.
    """

    id: str
    lane: str
    settings: Mapping[str, object]
    seed: int
    solved_at: int | None
    update: int | None
    loss: float | None
    accuracy: float | None
    seconds: float
    whole: float | None = None

    def line(self) -> str:
        """The result as one line of JSON."""
        return json.dumps(vars(self), ensure_ascii=False)


def results_path(scenario: Path) -> Path:
    """Where a scenario's results stand."""
    return scenario.parent / "results" / f"{scenario.stem}.jsonl"


def read_results(path: Path) -> dict[str, Result]:
    """Read all results by their id; none if there is no file.

    Raises
    ------
    ResultsError
        With the line that cannot be read; the last one is passed over if it was cut off.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: {error.strerror}") from None
    found: dict[str, Result] = {}
    # What follows the last end of line was cut off, or nothing.
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if not line.strip():
            continue
        try:
            result = Result(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise ResultsError(
                f"{path}:{number}: this is no result of a sweep ({error}); take the line away,"
                " or start anew with --fresh"
            ) from None
        found[result.id] = result
    return found


def cut_torn_line(path: Path) -> bool:
    """Take away a last line without its end; say whether there was one.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    if not path.exists():
        return False
    with _alone(path) as file:
        return _cut(file)


def append_result(path: Path, result: Result) -> None:
    """Append one line, behind the last whole one.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    with _alone(path) as file:
        _cut(file)
        file.write(f"{result.line()}\n".encode())


def forget_results(path: Path, ids: Collection[str] | None = None) -> None:
    """Take away the results of some runs, or all; a line that cannot be read stays where it is.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    if not path.exists():
        return
    with _alone(path) as file:
        file.seek(0)
        lines = [] if ids is None else file.readlines()
        left = b"".join(line for line in lines if _id(line) not in (ids or ()))
        file.truncate(0)
        file.write(left)


def _id(line: bytes) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _cut(file: FileIO) -> bool:
    file.seek(0)
    data = file.read()
    whole = data.rfind(b"\n") + 1
    file.truncate(whole)
    return whole < len(data)


@contextmanager
def _alone(path: Path) -> Iterator[FileIO]:
    """The file, opened to append; other processes that change it wait until it is closed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileIO(path, "a+") as file:
            _lock(file)
            yield file
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror}") from None


def _lock(file: FileIO) -> None:
    """Wait for the file; closing it lets the next one go on."""
    if sys.platform == "win32":
        import msvcrt

        # A byte far behind the end, so that whoever reads is not kept from it.
        file.seek(2**40)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
