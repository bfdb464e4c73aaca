"""Put the tables of real data into docs/real_data.md: every rung against the naive forecast.

    python docs/make_real_data.py

The weights are those that ship; `rnnstep train scenarios/real/NAME.yaml` makes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from rnnstep import load_scenario, run_scenario
from rnnstep.scenario.score_table import ScoreRow, score_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "real_data.md"
NAMES = ("sunspots", "nile", "co2")


def table(name: str) -> str:
    """One series: the steps that models were fitted to, and those that are new to them."""
    scenario = load_scenario(ROOT / "scenarios" / "real" / f"{name}.yaml")
    run = run_scenario(scenario)
    new = scenario.marks["new"]
    fitted, unseen = score_table(run, 1, new - 1), score_table(run, new, run.length)
    rows = [
        "| model | parameters | RMSE, fitted | RMSE, new | loss ÷ naive, new | seeds |",
        "|---|---|---|---|---|---|",
    ]
    for before, after in zip(fitted.rows, unseen.rows, strict=True):
        rows.append(
            f"| {after.title} | {after.parameters} | {_number(before.root)} |"
            f" {_number(after.root)} | {_number(after.ratio)} | {_seeds(after)} |"
        )
    asked = f"{fitted.asked} steps fitted, {unseen.asked} steps new."
    return "\n".join([*rows, "", " ".join([asked, *(f"{text}." for text in unseen.remarks)])])


def _number(value: float) -> str:
    if value >= 100 and value < 1e4:
        return f"{value:.0f}"
    return f"{value:#.3g}" if 1e-3 < value < 100 else f"{value:.1e}"


def _seeds(row: ScoreRow) -> str:
    return f"median of {row.seeds}" if row.seeds > 1 else "none" if row.lane == "naive" else "exact"


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in NAMES:
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        found = f"{begin}\n\n{table(name)}\n\n{end}"
        text = re.sub(f"{begin}.*?{end}", lambda _, found=found: found, text, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
