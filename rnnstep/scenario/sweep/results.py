"""The file of results: one JSON line a run, appended as soon as the run is done.

A line that was cut off by a crash is the last one and has no end of line. It is taken away before
the next line is appended, and its run is done again. A whole line that cannot be read was not
written by a sweep, and is an error. Lines are only appended; whatever takes lines away replaces the
file whole, so whoever reads needs no lock and a crash loses nothing. Whoever changes the file locks
it, so the parts of a sweep may run at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import RnnstepError
from ...files import locked, write_atomically


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
    with _alone(path):
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) == len(data):
            return False
        write_atomically(path, whole)
        return True


def append_result(path: Path, result: Result) -> None:
    """Append one line, behind the last whole one.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    line = f"{result.line()}\n".encode()
    with _alone(path):
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
            if file.read() in (b"", b"\n"):
                file.write(line)
                return
        data = path.read_bytes()
        write_atomically(path, data[: data.rfind(b"\n") + 1] + line)


def forget_results(path: Path, ids: Collection[str] | None = None) -> None:
    """Take away the results of some runs, or all; a line that cannot be read stays where it is.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    if not path.exists():
        return
    with _alone(path):
        lines = [] if ids is None else path.read_bytes().splitlines(keepends=True)
        write_atomically(path, b"".join(line for line in lines if _id(line) not in (ids or ())))


def _id(line: bytes) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Other processes that change the file wait until this one has done so."""
    try:
        with locked(path.resolve()):
            yield
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror}") from None
