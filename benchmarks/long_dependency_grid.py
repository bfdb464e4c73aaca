"""How often each cell learns to recall the first symbol: the table of docs/long_dependency.md.

    python benchmarks/long_dependency_grid.py            run what is missing, then write the table
    python benchmarks/long_dependency_grid.py --table    only write the table

Every cell gets the same grid of learning rates and the initialisations that it has, the same
budget of updates, the same checks and the same seeds. Results are appended, one line a run, to
docs/data/long_dependency.jsonl; a run that stands there is not repeated, so the command can be
stopped and started again, and several can run at once (``--part 1/2``).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "data" / "long_dependency.jsonl"
PAGE = ROOT / "docs" / "long_dependency.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"

LAGS = (20, 50, 100, 200)
KINDS = ("same", "other")
RATES = (1e-2, 3e-3, 1e-3)
SEEDS = (0, 1, 2, 3, 4)
UPDATES = 2000
CLASSES = 4
UNITS = {"rnn": 32, "lstm": 16, "gru": 16}
INITIALISATIONS = {
    "rnn": ("uniform", "orthogonal"),
    "lstm": ("uniform", "forget_bias", "chrono"),
    "gru": ("uniform", "forget_bias", "chrono"),
}
TITLES = {
    "uniform": "uniform ±1/√H (PyTorch)",
    "orthogonal": "orthogonal",
    "forget_bias": "orthogonal, gate bias 1",
    "chrono": "orthogonal, chrono",
}


def runs() -> Iterator[dict[str, object]]:
    """Every run of the grid, the flagship's settings first."""
    order = [(kind, lag) for lag in (50, 100, 20, 200) for kind in KINDS]
    for kind, lag in order:
        for cell, initialisations in INITIALISATIONS.items():
            for initialisation in initialisations:
                for rate in RATES:
                    for seed in SEEDS:
                        yield {
                            "cell": cell, "initialisation": initialisation, "rate": rate,
                            "kind": kind, "lag": lag, "seed": seed,
                        }  # fmt: skip


def run(setting: dict[str, object]) -> dict[str, object]:
    """Train one model and say what came of it."""
    from rnnstep.cells import get_cell
    from rnnstep.learn import Recipe, train
    from rnnstep.scenario.generators.recall import Recall

    task = Recall(CLASSES, int(str(setting["lag"])), str(setting["kind"]))
    name = str(setting["cell"])
    cell = get_cell(name).with_readout("softmax")
    sizes = cell.sizes(UNITS[name], {"x": len(task.names), "logits": CLASSES})
    recipe = Recipe(
        initialisation=str(setting["initialisation"]), longest=float(task.length),
        learning_rate=float(str(setting["rate"])), updates=UPDATES, stop_accuracy=0.99,
        seed=int(str(setting["seed"])),
    )  # fmt: skip
    result = train(cell, sizes, task, recipe)
    return {
        **setting, "updates": UPDATES, "units": UNITS[name], "solved_at": result.solved_at,
        "accuracy": result.best.accuracy, "seconds": round(result.seconds, 1),
    }  # fmt: skip


def key(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[k] for k in ("cell", "initialisation", "rate", "kind", "lag", "seed"))


def done() -> dict[tuple[object, ...], dict[str, object]]:
    """Results so far."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text().splitlines() if line.strip()]
    return {key(row): row for row in rows}


def table(rows: list[dict[str, object]]) -> str:
    """The table: successes of 5 and the median of updates to solve, per learning rate."""
    lines = []
    for kind, title in (("same", "Distractors are the cues' own symbols"),
                        ("other", "Distractors of another alphabet")):  # fmt: skip
        lines += ["", f"**{title}**", ""]
        heads = " | ".join(f"lag {lag}" for lag in LAGS)
        lines += [f"| cell | initialisation | learning rate | {heads} |", "|---" * 7 + "|"]
        for cell, initialisations in INITIALISATIONS.items():
            for initialisation in initialisations:
                for rate in RATES:
                    cells = []
                    for lag in LAGS:
                        some = [
                            row for row in rows
                            if (row["cell"], row["initialisation"], row["rate"]) ==
                            (cell, initialisation, rate)
                            and (row["kind"], row["lag"]) == (kind, lag)
                        ]  # fmt: skip
                        solved = [int(str(r["solved_at"])) for r in some if r["solved_at"]]
                        text = f"{len(solved)}/{len(some)}" if some else "not run"
                        cells.append(text + (f" ({median(solved):.0f})" if solved else ""))
                    lines.append(
                        f"| {cell} | {TITLES[initialisation]} | {rate:g} | {' | '.join(cells)} |"
                    )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--table", action="store_true", help="only write the table")
    parser.add_argument("--part", default="1/1", help="run every n-th setting, as 1/2 and 2/2")
    options = parser.parse_args()
    part, parts = (int(number) for number in options.part.split("/"))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    if not options.table:
        known = done()
        for number, setting in enumerate(runs()):
            if number % parts != part - 1 or key(setting) in known:
                continue
            row = run(setting)
            with RESULTS.open("a") as file:
                file.write(json.dumps(row) + "\n")
            print(json.dumps(row), flush=True)
    if PAGE.exists():
        text = PAGE.read_text()
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{table(list(done().values()))}\n{END}{after}")


if __name__ == "__main__":
    main()
