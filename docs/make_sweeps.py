"""Write the tables of sweeps into the pages that have a place for them.

    python docs/make_sweeps.py

A place is ``<!-- sweep: SCENARIO [--columns AXIS] -->``, then the table, then
``<!-- sweep: end -->``. The table is what `rnnstep sweep SCENARIO --table --markdown` prints.
"""

from __future__ import annotations

import re
from pathlib import Path

from rnnstep.export.sweep import sweep_table
from rnnstep.scenario.sweep.plan import load_plan
from rnnstep.scenario.sweep.results import read_results, results_path
from rnnstep.scenario.sweep.table import table_rows

ROOT = Path(__file__).resolve().parent.parent
PLACE = re.compile(
    r"(<!-- sweep: (?P<file>\S+)(?: --columns (?P<columns>\S+))? -->\n).*?(<!-- sweep: end -->)",
    re.DOTALL,
)


def table(file: str, columns: str | None) -> str:
    """The table of one scenario's sweep."""
    plan = load_plan(ROOT / file)
    rows = table_rows(plan, read_results(results_path(plan.path)))
    return sweep_table(plan, rows, markdown=True, columns=columns)


def written(text: str) -> str:
    """A page with its tables as they are now."""
    return PLACE.sub(
        lambda found: f"{found[1]}\n{table(found['file'], found['columns'])}\n\n{found[4]}", text
    )


def pages() -> list[Path]:
    """The pages with such a place."""
    return [path for path in sorted((ROOT / "docs").rglob("*.md"))
            if PLACE.search(path.read_text(encoding="utf-8"))]  # fmt: skip


if __name__ == "__main__":
    for page in pages():
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
