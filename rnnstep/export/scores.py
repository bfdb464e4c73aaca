"""The table of scores as text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math

from ..scenario.score_table import ScoreRow, ScoreTable
from .tables import aligned, number, real


def scores_text(table: ScoreTable) -> str:
    """An aligned table, with what must be known to read it below."""
    kind = "log-loss" if table.classes else "squared error"
    steps = "1 step" if table.asked == 1 else f"{table.asked} steps"
    rows = [
        table.title,
        f"mean {kind} in {table.unit}, steps {table.first} to {table.last}, {steps} asked",
        "",
    ]
    heads = ("lane", "model", "parameters", "loss", "perplexity" if table.classes else "RMSE",
             "÷ naive", "steps", "seeds")  # fmt: skip
    rows += aligned([heads, *(_cells(row) for row in table.rows)], (0, 1))
    rows += ["", *notes(table)]
    return "\n".join(rows).rstrip()


def notes(table: ScoreTable) -> list[str]:
    """What must be known to read a table."""
    found = []
    if any(row.lane == "naive" for row in table.rows):
        found.append("÷ naive: the loss over that of the naive forecast on the same steps")
    for row in table.rows:
        if row.steps < table.asked:
            missing = table.asked - row.steps
            found.append(f"{row.lane}: {missing} asked steps before its first answer are left out")
        if row.steps and math.isnan(row.loss):
            found.append(f"{row.lane}: its answers were not finite; it has no score")
        if row.free_from is not None:
            found.append(f"{row.lane}: free running from step {row.free_from}")
    return [*found, *table.remarks]


def _cells(row: ScoreRow) -> tuple[str, ...]:
    if row.solved:
        seeds = f"{row.solved[0]} of {row.solved[1]} solved"
    else:
        seeds = f"median of {row.seeds}" if row.seeds > 1 else str(row.seeds or "")
    return (
        row.lane, row.title, str(row.parameters), number(row.loss), number(row.root),
        number(row.ratio, "{:.3f}" if row.ratio < 1e4 else "{:.1e}"), str(row.steps), seeds,
    )  # fmt: skip


def scores_csv(table: ScoreTable) -> str:
    """One line a lane, every digit; an empty cell where there is no number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    data = [_data(table, row) for row in table.rows]
    writer.writerow(data[0])
    writer.writerows(["" if value is None else value for value in row.values()] for row in data)
    return out.getvalue().rstrip("\n")


def scores_json(table: ScoreTable, file: str) -> str:
    """Everything that the table says, for programs; infinity is "inf", null is no number."""
    return json.dumps(
        {
            "format": 1,
            "file": file,
            "title": table.title,
            "first": table.first,
            "last": table.last,
            "asked": table.asked,
            "loss": "log-loss" if table.classes else "squared error",
            "unit": table.unit,
            "lanes": [_data(table, row) for row in table.rows],
            "notes": notes(table),
        },
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )


def _data(table: ScoreTable, row: ScoreRow) -> dict[str, str | int | float | None]:
    return {
        "lane": row.lane,
        "title": row.title,
        "parameters": row.parameters,
        "loss": real(row.loss),
        "perplexity" if table.classes else "rmse": real(row.root),
        "ratio": real(row.ratio),
        "steps": row.steps,
        "seeds": row.seeds,
        "solved": row.solved[0] if row.solved else None,
        "free_from": row.free_from,
    }
