"""What panels show beyond the recorded run, computed once for each question and kept.

A question is a key and a function. Where the app has asked for it, questions are answered in one
thread; whoever asks waits a moment and, if that is not enough, gets None and is told when the
answer is there. What nobody asks for any more is given up: a computation that has begun, through
the function that it is handed, which raises :class:`Cancelled`, and wherever it reads frames of a
trace that are computed again.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import TypeVar, cast

from ..simulate.interrupt import interruptible

T = TypeVar("T")


class Cancelled(Exception):
    """A computation was given up before its end."""


class _Job:
    """A question that is being answered."""

    future: Future[object]

    def __init__(self) -> None:
        self.wanted = True
        self.late = False
        self.cancelled = False

    def check(self) -> None:
        """Raise Cancelled if the answer is no longer wanted."""
        if self.cancelled:
            raise Cancelled


def _computed(compute: Callable[[Callable[[], None]], object], job: _Job) -> object:
    with interruptible(job.check):
        return compute(job.check)


class Analysis:
    """Answers to questions about a run.

    Parameters
    ----------
    kept : int
        How many answers are kept.

    Attributes
    ----------
    patience : float or None
        Seconds that a round may wait for its new questions; None computes at once, in the asking
        thread. A question that was open before is not waited for again: its answer is announced.
    """

    def __init__(self, kept: int = 400) -> None:
        self.patience: float | None = None
        self._most = kept
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._jobs: dict[Hashable, _Job] = {}
        self._thread: ThreadPoolExecutor | None = None
        self._tell: Callable[[], object] = lambda: None
        self._until = 0.0

    def in_background(self, patience: float, tell: Callable[[], object]) -> None:
        """Answer in a thread from now on; ``tell`` is called there when an answer is ready."""
        self.patience, self._tell = patience, tell
        self._thread = ThreadPoolExecutor(1, "analysis")

    @property
    def waiting(self) -> bool:
        """Whether a question is still open."""
        return bool(self._jobs)

    @contextmanager
    def round(self) -> Iterator[None]:
        """One picture's questions; open ones of earlier pictures that it leaves out are dropped."""
        self._until = time.monotonic() + (self.patience or 0.0)
        for job in self._jobs.values():
            job.wanted = False
        yield
        for key, job in list(self._jobs.items()):
            if not job.wanted:
                self._drop(key)

    def ask(self, key: Hashable, compute: Callable[[Callable[[], None]], T]) -> T | None:
        """The answer to a question; None while it is being computed.

        Parameters
        ----------
        key : hashable
            What the question is.
        compute : callable
            Finds the answer; it is handed a function to call now and then, which raises
            Cancelled when the answer is no longer wanted.

        Raises
        ------
        Exception
            What ``compute`` raised.
        """
        if key not in self._answers:
            if self._thread is None:
                self._keep(key, compute(_Job().check))
            else:
                job = self._jobs.get(key)
                if job is None:
                    job = self._jobs[key] = _Job()
                    job.future = self._thread.submit(_computed, compute, job)
                    job.future.add_done_callback(partial(self._answered, job))
                    wait([job.future], max(self._until - time.monotonic(), 0.0))
                job.wanted = True
                job.late = True
                if not job.future.done():
                    return None
                del self._jobs[key]
                self._keep(key, job.future.result())
        self._answers.move_to_end(key)
        return cast(T, self._answers[key])

    def known(self, key: Hashable) -> object | None:
        """The answer to a question, if it was answered before."""
        return self._answers.get(key)

    def tell(self) -> None:
        """Tell that an answer has come nearer; a computation calls it now and then."""
        self._tell()

    def wait(self) -> None:
        """Wait until every open question has its answer."""
        wait([job.future for job in self._jobs.values()])

    def forget(self) -> None:
        """Give up what is being computed, and all answers: they were about another run."""
        self.cancel()
        self._answers.clear()

    def cancel(self) -> bool:
        """Give up what is being computed; say whether there was anything."""
        keys = list(self._jobs)
        for key in keys:
            self._drop(key)
        return bool(keys)

    def _drop(self, key: Hashable) -> None:
        job = self._jobs.pop(key)
        job.cancelled = True
        job.future.cancel()

    def _answered(self, job: _Job, future: Future[object]) -> None:
        if job.late and not job.cancelled:
            self._tell()

    def _keep(self, key: Hashable, answer: object) -> None:
        self._answers[key] = answer
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
