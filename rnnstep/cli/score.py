"""`rnnstep score`."""

from __future__ import annotations

from pathlib import Path

from ..errors import RnnstepError


def score_file(file: Path, first: str, last: str, as_json: bool, as_csv: bool) -> int:
    """Print one table of all lanes against the naive forecast."""
    from ..export.scores import scores_csv, scores_json, scores_text
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario
    from ..scenario.score_table import score_table

    if as_json and as_csv:
        raise RnnstepError("--json and --csv exclude each other")
    scenario = load_scenario(file)
    steps = scenario.find_step(first), scenario.find_step(last)
    table = score_table(run_scenario(scenario), *steps)
    if as_json:
        print(scores_json(table, str(file)))
    else:
        print(scores_csv(table) if as_csv else scores_text(table))
    return 0
