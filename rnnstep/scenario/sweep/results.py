"""The file of results: one JSON line a run, appended as soon as the run is done.

A line that was cut off by a crash is the last one and has no end of line. It is taken away before
the next line is appended, and its run is done again. A whole line that cannot be read was not
written by a sweep, and is an error.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
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
    try:
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole == len(data):
            return False
        os.truncate(path, whole)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror}") from None
    return True


def append_result(path: Path, result: Result) -> None:
    """Append one line, in one write, so that two processes do not mix theirs.

    Raises
    ------
    ResultsError
        If the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            file.write(f"{result.line()}\n".encode())
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror}") from None
