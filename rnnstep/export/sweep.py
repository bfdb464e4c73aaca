"""A sweep's results as a table for the terminal or for Markdown, and as CSV and JSON data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from ..errors import RnnstepError, listed, suggest
from ..scenario.sweep.matrix import shown
from ..scenario.sweep.plan import Plan
from ..scenario.sweep.table import Row
from .glyphs import MISSING
from .tables import aligned, real

Cells = list[str]


def sweep_table(
    plan: Plan, rows: Sequence[Row], markdown: bool = False, columns: str | None = None
) -> str:
    """The table, a block for each setting of the input.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row
    markdown : bool
    columns : str, optional
        An axis whose values become columns; a cell then holds "solved/seeds (updates)", or the
        score where the training has no goal.

    Raises
    ------
    RnnstepError
        If there is no such axis.
    """
    check_columns(plan, columns)
    names = [name for name in _varying(plan, rows) if name != columns]
    blocks: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        inputs = [name for name in row.combination.inputs if name != columns]
        key = tuple(f"{name} {shown(row.combination.values[name])}" for name in inputs)
        blocks.setdefault(key, []).append(row)
    parts = []
    for key, block in blocks.items():
        title = "; ".join([*([", ".join(key)] if key else []), *_baselines(block)])
        heads, cells = (
            _long(block, names) if columns is None else _wide(block, names, columns, rows)
        )
        lines = _markdown(heads, cells) if markdown else _aligned(heads, cells)
        parts.append([*([f"**{title}**" if markdown else title] if title else []),
                      *([""] if markdown and title else []), *lines])  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts)


def check_columns(plan: Plan, columns: str | None) -> None:
    """Raise RnnstepError if there is no axis whose values can become columns."""
    if columns is not None and columns not in plan.axes:
        raise RnnstepError(
            f"--columns is {columns!r}{suggest(columns, plan.axes)}; the axes are"
            f" {listed(plan.axes)}"
        )


def _varying(plan: Plan, rows: Sequence[Row]) -> list[str]:
    """What tells rows of one block apart: the lane, and axes that are none of the input."""
    found = ["lane"] if len({row.combination.lane for row in rows}) > 1 else []
    for axis in plan.axes:
        here = [row for row in rows if axis not in row.combination.inputs]
        if len({_value(row, axis) for row in here} - {""}) > 1:
            found.append(axis)
    return found or ["lane"]


def _value(row: Row, name: str) -> str:
    if name == "lane":
        return row.combination.lane
    values = row.combination.values
    return shown(values[name]) if name in values else ""


def _baselines(rows: Sequence[Row]) -> list[str]:
    """The baseline of a block, if it is the same for all its rows."""
    found = {row.combination.baseline for row in rows}
    one = next(iter(found))
    return [f"{one.name}: {one.measure} {one.value:.3g}"] if len(found) == 1 and one else []


def _long(rows: Sequence[Row], names: list[str]) -> tuple[Cells, list[Cells]]:
    """A line for each row."""
    measures = list(dict.fromkeys(row.measure for row in rows))
    baselines = list(dict.fromkeys(r.combination.baseline.name for r in rows
                                   if r.combination.baseline))  # fmt: skip
    goal = any(row.solved is not None for row in rows)
    heads = [*names, *(["solved", "updates"] if goal else ["seeds"]), " or ".join(measures)]
    heads += [f"× {' or '.join(baselines)}"] if baselines else []
    cells = []
    for row in rows:
        ran = len(row.results)
        if row.solved is None:
            count = [str(ran), *([""] if goal else [])]
        else:
            count = [f"{row.solved} of {ran}", _number(row.updates, "{:.0f}")]
        if not ran:
            count = ["not run", *([""] if goal else [])]
        line = [*(_value(row, name) for name in names), *count, _score(row)]
        line += [_number(row.ratio, "{:.3g}")] if baselines else []
        cells.append(line)
    return heads, cells


def _wide(
    rows: Sequence[Row], names: list[str], columns: str, everything: Sequence[Row]
) -> tuple[Cells, list[Cells]]:
    """A line for each row but for one axis, whose values are columns."""
    heads = list(dict.fromkeys(_value(row, columns) for row in everything))
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        key = tuple(_value(row, name) for name in names)
        lines.setdefault(key, {})[_value(row, columns)] = _short(row)
    cells = [[*key, *(found.get(head, "") for head in heads)] for key, found in lines.items()]
    return [*names, *(f"{columns} {head}" for head in heads)], cells


def _short(row: Row) -> str:
    if not row.results:
        return "not run"
    if row.solved is None:
        return _score(row)
    updates = f" ({row.updates:.0f})" if row.updates is not None else ""
    return f"{row.solved}/{len(row.results)}{updates}"


def _score(row: Row) -> str:
    return _number(row.score, "{:.3f}" if row.measure == "accuracy" else "{:.3g}")


def _number(value: float | None, form: str) -> str:
    return MISSING if value is None else form.format(value)


def _aligned(heads: Cells, cells: list[Cells]) -> list[str]:
    """Lines with columns of one width each; numbers stand to the right."""
    left = [k for k in range(len(heads)) if not all(_is_number(line[k]) for line in cells)]
    return aligned([heads, *cells], left)


def _is_number(text: str) -> bool:
    return text in ("", MISSING) or text.replace("e-", "").replace(".", "").isdigit()


def _markdown(heads: Cells, cells: list[Cells]) -> list[str]:
    rows = [heads, ["---"] * len(heads), *cells]
    return [f"| {' | '.join(row)} |".replace("| --- ", "|---").replace("--- |", "---|")
            for row in rows]  # fmt: skip


def sweep_csv(plan: Plan, rows: Iterable[Row]) -> str:
    """One line a run."""
    file = io.StringIO()
    columns = ["seed", "solved_at", "update", "loss", "accuracy", "whole", "seconds"]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["lane", *plan.axes, *columns])
    for row in rows:
        for result in row.results:
            values = [_value(row, axis) for axis in plan.axes]
            writer.writerow([row.combination.lane, *values, *(getattr(result, c) for c in columns)])
    return file.getvalue()


def sweep_data(plan: Plan, rows: Sequence[Row]) -> dict[str, object]:
    """Everything as plain data, for JSON."""
    return {
        "format": 1,
        "file": str(plan.path),
        "title": plan.title,
        "axes": list(plan.axes),
        "runs": len(plan.runs),
        "done": sum(len(row.results) for row in rows),
        "rows": [_row_data(row) for row in rows],
    }


def _row_data(row: Row) -> dict[str, object]:
    combination = row.combination
    baseline = combination.baseline
    return {
        "lane": combination.lane,
        "settings": dict(combination.values),
        "parameters": combination.model.sizes.count,
        "seeds": list(combination.seeds),
        "runs": len(row.results),
        "solved": row.solved,
        "updates": row.updates,
        "loss": _real(row.loss),
        "accuracy": _real(row.accuracy),
        "seconds": row.seconds,
        "baseline": vars(baseline) if baseline else None,
        "ratio": _real(row.ratio),
        "results": [
            {**{k: v for k, v in vars(result).items() if k not in ("lane", "settings")},
             "loss": _real(result.loss)}
            for result in row.results
        ],
    }  # fmt: skip


def _real(value: float | None) -> float | str | None:
    return None if value is None else real(value)
