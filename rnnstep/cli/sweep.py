"""`rnnstep sweep`: every combination of a scenario's matrix, with a progress bar and one table."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import RnnstepError
from ..scenario.sweep.execute import Task, execute
from ..scenario.sweep.plan import Plan, load_plan
from ..scenario.sweep.results import (
    Result,
    append_result,
    cut_torn_line,
    forget_results,
    read_results,
    results_path,
)
from ..scenario.sweep.table import table_rows
from .form import one_form
from .language import chosen_language


def sweep_file(
    file: Path,
    jobs: int,
    part: str,
    fresh: bool,
    only_table: bool,
    columns: str | None,
    lang: str,
    as_markdown: bool,
    as_csv: bool,
    as_json: bool,
) -> int:
    """Run what is missing, then print what there is; exit code 130 if Ctrl-C ended it."""
    from ..export.sweep import check_columns

    form = one_form(markdown=as_markdown, csv=as_csv, json=as_json)
    first, parts = read_part(part)
    plan = load_plan(file, chosen_language(lang))
    # Said before anything is trained, not after hours of it.
    check_columns(plan, columns)
    path = results_path(file)
    if not only_table:
        if fresh:
            forget_results(path, None if parts == 1 else _ids(plan, first, parts))
        elif cut_torn_line(path):
            print(f"rnnstep: the last line of {path} was cut off; its run is done again",
                  file=sys.stderr)  # fmt: skip
    results = read_results(path)
    tasks = [] if only_table else _missing(plan, results, first, parts)
    try:
        _run(tasks, jobs or os.cpu_count() or 1, path, results)
    except KeyboardInterrupt:
        print(f"rnnstep: interrupted; {_standing(plan, results)} in {path}, and the same command"
              " goes on with the rest", file=sys.stderr)  # fmt: skip
        return 130
    print(f"rnnstep: {_standing(plan, results)} in {path}", file=sys.stderr)
    _print(plan, results, form, columns)
    return 0


def read_part(text: str) -> tuple[int, int]:
    """``1/2`` as numbers.

    Raises
    ------
    RnnstepError
        If it is no part.
    """
    first, slash, parts = text.partition("/")
    if slash and first.isdigit() and parts.isdigit() and 1 <= int(first) <= int(parts):
        return int(first), int(parts)
    raise RnnstepError(f"--part is {text!r}; it must be like 1/2, the first of two parts")


def _missing(plan: Plan, results: dict[str, Result], first: int, parts: int) -> list[Task]:
    return [
        (combination, seed)
        for combination, seed in plan.runs[first - 1 :: parts]
        if combination.run_id(seed) not in results
    ]


def _ids(plan: Plan, first: int, parts: int) -> set[str]:
    return {combination.run_id(seed) for combination, seed in plan.runs[first - 1 :: parts]}


def _standing(plan: Plan, results: dict[str, Result]) -> str:
    done = sum(c.run_id(seed) in results for c, seed in plan.runs)
    return f"{done} of {len(plan.runs)} runs are done"


def _run(tasks: Sequence[Task], jobs: int, path: Path, results: dict[str, Result]) -> None:
    if not tasks:
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        MofNCompleteColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("left"),
        TimeRemainingColumn(), TextColumn("{task.fields[last]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("sweep", total=len(tasks), last="")
        for result in execute(tasks, jobs):
            append_result(path, result)
            results[result.id] = result
            bar.update(task, advance=1, last=_told(result))


def _told(result: Result) -> str:
    settings = ", ".join(f"{value}" for value in result.settings.values())
    outcome = f"loss {result.loss:.3g}" if result.solved_at is None else (
        f"solved after {result.solved_at}"
    )  # fmt: skip
    return f"{result.lane} ({settings}), seed {result.seed}: {outcome}"


def _print(plan: Plan, results: dict[str, Result], form: str, columns: str | None) -> None:
    from ..export.sweep import sweep_csv, sweep_data, sweep_table

    rows = table_rows(plan, results)
    if form == "json":
        print(json.dumps(sweep_data(plan, rows), indent=2, ensure_ascii=False))
    elif form == "csv":
        print(sweep_csv(plan, rows), end="")
    else:
        print(sweep_table(plan, rows, form == "markdown", columns))
