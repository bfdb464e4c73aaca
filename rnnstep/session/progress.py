"""What a learner has done, kept between sittings in one small JSON file.

A file that is damaged is moved aside and said so; one that cannot be written costs nothing but the
progress.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..files import locked, write_atomically
from .words import word

FORMAT = 1


@dataclass(frozen=True)
class Result:
    """What came of a lesson.

    Attributes
    ----------
    right : int
        Questions answered right at the first try, in the best sitting.
    asked : int
        Questions of the lesson.
    done : bool
        Whether its last step has been reached.
    """

    right: int
    asked: int
    done: bool


@dataclass
class Progress:
    """All results, and where they are kept.

    Attributes
    ----------
    path : Path or None
        None where nothing is kept.
    results : mapping of str to Result
        By lesson.
    message : str
        What went wrong with the file; empty if nothing did.
    """

    path: Path | None = None
    results: dict[str, Result] = field(default_factory=dict)
    message: str = ""

    def record(self, lesson: str, now: Result, language: str) -> None:
        """Keep a result if it is better than what is kept, and write the file.

        What other windows have written in the meantime is taken over first.
        """
        if self.path is None:
            self._better(lesson, now)
            return
        try:
            with locked(self.path):
                before = self.results.get(lesson)
                self.results = self._written(self.path)
                if self._better(lesson, before, now):
                    data = {name: asdict(result) for name, result in self.results.items()}
                    text = json.dumps({"format": FORMAT, "lessons": data}, indent=1)
                    write_atomically(self.path, text.encode() + b"\n")
        except OSError as error:
            self._better(lesson, now)
            self.message = word(language, "unwritten", reason=error.strerror or error)

    def _written(self, path: Path) -> dict[str, Result]:
        """What the file says now; what is known already if it says nothing that can be read."""
        try:
            found = _results(path.read_bytes())
        except FileNotFoundError:
            return {}
        return self.results if found is None else found

    def _better(self, lesson: str, *results: Result | None) -> bool:
        """Take over the best of a lesson, and say whether that changes anything."""
        there = self.results.get(lesson)
        found = [result for result in (there, *results) if result is not None]
        asked = found[-1].asked
        best = Result(
            min(max(r.right for r in found), asked), asked, any(r.done for r in found)
        )
        self.results[lesson] = best
        return best != there


def progress_path() -> Path:
    """Where the file lies on this system."""
    from platformdirs import user_data_path

    return user_data_path("rnnstep", appauthor=False) / "progress.json"


def load_progress(path: Path | None = None, language: str = "en") -> Progress:
    """Read the progress; without a file there is none.

    A file that is no progress is moved aside, and ``message`` says where to.
    """
    path = path or progress_path()
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Progress(path)
    except OSError as error:
        return Progress(path, message=word(language, "unwritten", reason=error.strerror or error))
    results = _results(raw)
    if results is not None:
        return Progress(path, results)
    aside = _free(path)
    try:
        path.replace(aside)
    except OSError as error:
        return Progress(path, message=word(language, "unwritten", reason=error.strerror or error))
    return Progress(path, message=word(language, "damaged", path=aside))


def reset_progress(path: Path | None = None) -> bool:
    """Forget all progress; whether there was any."""
    path = path or progress_path()
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _free(path: Path) -> Path:
    """A name beside a file that nothing has yet."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = (path.with_name(f"{path.stem}.damaged-{stamp}{k or ''}{path.suffix}") for k in
             range(1000))  # fmt: skip
    return next(name for name in names if not name.exists())


def _results(raw: bytes) -> dict[str, Result] | None:
    """What a file says; None if it is no progress."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return None
    lessons = data.get("lessons")
    if not isinstance(lessons, dict):
        return None
    found = {}
    for name, item in lessons.items():
        if not isinstance(item, dict) or set(item) != {"right", "asked", "done"}:
            return None
        right, asked, done = item["right"], item["asked"], item["done"]
        if type(right) is not int or type(asked) is not int or type(done) is not bool:
            return None
        if not 0 <= right <= asked:
            return None
        found[name] = Result(right, asked, done)
    return found
