"""`rnnstep flow`."""

from __future__ import annotations

from pathlib import Path

from .form import one_form


def flow_file(
    file: Path,
    at: str,
    first: str,
    lanes: tuple[str, ...],
    state: str,
    unit: int | None,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Print what reaches a step, or what each step contributed to a unit."""
    from ..export.flow import contributions_text, flow_csv, flow_json, flow_text, lane_flows
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario

    form = one_form(json=as_json, csv=as_csv)
    scenario = load_scenario(file)
    t, start = scenario.find_step(at), scenario.find_step(first)
    run = run_scenario(scenario)
    flows = lane_flows(run, t, start, lanes, state, unit)
    if form == "json":
        print(flow_json(t, flows, str(file)))
    elif form == "csv":
        print(flow_csv(flows))
    else:
        print((flow_text if unit is None else contributions_text)(run, t, flows))
    return 0
