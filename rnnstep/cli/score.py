"""`rnnstep score`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RnnstepError, StepError
from .form import one_form
from .language import scenario_in

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario


def score_file(
    file: Path, first: str, last: str, as_json: bool, as_csv: bool, lang: str = ""
) -> int:
    """Print one table of all lanes against the naive forecast."""
    from ..export.scores import scores_csv, scores_json, scores_text
    from ..scenario.run import run_scenario
    from ..scenario.score_table import score_table

    form = one_form(json=as_json, csv=as_csv)
    scenario = scenario_in(file, lang)
    steps = [_step(scenario, *given) for given in (("--from", first), ("--to", last))]
    table = score_table(run_scenario(scenario), *steps)
    if form == "json":
        print(scores_json(table, str(file)))
    else:
        print(scores_csv(table) if form == "csv" else scores_text(table))
    return 0


def _step(scenario: Scenario, option: str, text: str) -> int:
    try:
        return scenario.find_step(text)
    except StepError as error:
        raise RnnstepError(f"{scenario.path}: {option}: {error}") from None
