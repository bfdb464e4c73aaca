"""Running what is missing of a plan, in a pool of processes, each with one BLAS thread.

A run in the pool is the same run as `rnnstep train` makes: both call ``train_seed``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from ...errors import RnnstepError
from ..training import SeedRun, train_seed
from .plan import Combination
from .results import Result

Task = tuple[Combination, int]
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def execute(tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """Run tasks and yield each result as soon as it is there.

    Parameters
    ----------
    tasks : sequence of (Combination, int)
        What to train, with which seed.
    jobs : int
        How many processes; with 1 everything runs in this one.

    Yields
    ------
    Result

    Raises
    ------
    RnnstepError
        If a run cannot be trained, or a worker is ended from outside.
    KeyboardInterrupt
        On Ctrl-C; runs that were under way are lost, those that were yielded are not.
    """
    if jobs == 1 or len(tasks) < 2:
        for combination, seed in tasks:
            with _told(combination, seed):
                run = train_seed(combination.model, seed)
            if run.result.interrupted:
                raise KeyboardInterrupt
            yield _result(combination, run)
        return
    # A worker's BLAS reads these when it is loaded, so they are set before the workers start.
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        min(jobs, len(tasks)), multiprocessing.get_context("spawn"), _ignore_interrupts
    )
    try:
        futures = {pool.submit(train_seed, task[0].model, task[1]): task for task in tasks}
        for future in as_completed(futures):
            with _told(*futures[future]):
                run = future.result()
            yield _result(futures[future][0], run)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - before:
            worker.terminate()
        raise
    pool.shutdown()


def _ignore_interrupts() -> None:
    """In a worker: Ctrl-C is for the process that started it, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _told(combination: Combination, seed: int) -> Iterator[None]:
    """Say of an error which run it came from."""
    try:
        yield
    except BrokenProcessPool:
        raise RnnstepError(
            "a worker was ended from outside, perhaps for want of memory; what is done is kept,"
            " and the same command goes on with the rest"
        ) from None
    except RnnstepError as error:
        raise RnnstepError(f"{combination.name}, seed {seed}: {error}") from None


def _result(combination: Combination, run: SeedRun) -> Result:
    best = run.result.best
    return Result(
        id=combination.run_id(run.seed), lane=combination.lane, settings=dict(combination.values),
        seed=run.seed, solved_at=run.result.solved_at, update=run.result.update, loss=best.loss,
        accuracy=best.accuracy, seconds=round(run.result.seconds, 2),
        whole=best.whole,
    )  # fmt: skip
