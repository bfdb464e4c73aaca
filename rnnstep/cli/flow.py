"""`rnnstep flow`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .language import scenario_in


@dataclass(frozen=True)
class Question:
    """What is asked of a run's gradient flow, as typed.

    Attributes
    ----------
    at, first : str
        The step that is reached, and the earliest one to look back to.
    lanes : tuple of str
        Which; all if empty.
    state : str
        Which; each lane's memory if empty.
    unit : int or None
        The unit of which contributions are asked, instead of flow.
    """

    at: str = "last"
    first: str = "0"
    lanes: tuple[str, ...] = ()
    state: str = ""
    unit: int | None = None


def flow_file(file: Path, question: Question, form: str, whole: bool, lang: str) -> int:
    """Print what reaches a step, or what each step contributed to a unit.

    The text thins the steps of a long run unless the whole is asked for.
    """
    from ..export.flow import contributions_text, flow_csv, flow_json, flow_text, lane_flows
    from ..scenario.run import run_scenario

    scenario = scenario_in(file, lang)
    t, start = scenario.find_step(question.at), scenario.find_step(question.first)
    run = run_scenario(scenario)
    flows = lane_flows(run, t, start, question.lanes, question.state, question.unit)
    if form == "json":
        print(flow_json(t, flows, str(file)))
    elif form == "csv":
        print(flow_csv(flows))
    else:
        print((flow_text if question.unit is None else contributions_text)(run, t, flows, whole))
    return 0
