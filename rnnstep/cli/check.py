"""`rnnstep check` and `rnnstep test`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ..errors import RnnstepError
from ..scenario.expect import Outcome, judge
from ..scenario.load import load_scenario
from ..scenario.problems import ScenarioError
from ..scenario.run import run_scenario
from ..scenario.sweep.plan import load_plan
from .language import chosen_language


def scenario_files(paths: list[Path]) -> list[Path]:
    """The files named, and those anywhere in the folders named.

    Raises
    ------
    RnnstepError
        If a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
            if not inside:
                raise RnnstepError(f"there is no scenario (*.yaml) in {path}")
            found += inside
        else:
            found.append(path)
    return found


def check_files(paths: list[Path]) -> int:
    """Load every file; print what is wrong."""
    code = 0
    for path in scenario_files(paths):
        try:
            scenario = load_scenario(path)
            runs = len(load_plan(path).runs) if scenario.has_matrix else 0
        except ScenarioError as error:
            print(error, file=sys.stderr)
            code = 2
            continue
        for warning in scenario.warnings:
            print(f"warning: {warning}", file=sys.stderr)
        lanes = len(scenario.models)
        print(f"{path}: ok, {lanes} lane{'s' * (lanes != 1)}, {scenario.tape.length} steps,"
              f" {len(scenario.expectations)} expectations"
              f"{f', a matrix of {runs:,} runs' * (runs > 0)}")  # fmt: skip
        for remark in scenario.remarks:
            print(f"    {remark}")
    return code


def test_files(paths: list[Path], as_json: bool, lang: str = "") -> int:
    """Judge every expectation of every file."""
    language = chosen_language(lang)
    reports: list[dict[str, object]] = []
    code = passed = failed = 0
    for path in scenario_files(paths):
        try:
            scenario = load_scenario(path, language=language)
        except ScenarioError as error:
            code = 2
            reports.append({"file": str(path), "error": str(error), "expectations": []})
            if not as_json:
                print(error, file=sys.stderr)
            continue
        run = run_scenario(scenario)
        outcomes = judge(run)
        passed += sum(outcome.passed for outcome in outcomes)
        failed += sum(not outcome.passed for outcome in outcomes)
        code = code or int(failed > 0)
        reports.append(_as_data(path, outcomes))
        if not as_json:
            _print_table(path, scenario.title, outcomes)
    if as_json:
        print(json.dumps({"format": 1, "passed": code == 0, "scenarios": reports}, indent=2,
                         ensure_ascii=False))  # fmt: skip
    else:
        print(f"{passed} passed, {failed} failed, {len(reports)} scenarios")
    return code


def _as_data(path: Path, outcomes: list[Outcome]) -> dict[str, object]:
    return {
        "file": str(path),
        "expectations": [
            {
                "that": o.expectation.that,
                "because": " ".join(o.expectation.because.split()),
                "step": o.expectation.step,
                "line": o.expectation.line,
                "passed": o.passed,
                "numbers": dict(o.numbers),
                "error": o.error,
            }
            for o in outcomes
        ],
    }


def _print_table(path: Path, title: str, outcomes: list[Outcome]) -> None:
    print(f"{title} ({path})")
    if not outcomes:
        print("  has no expectations")
    for outcome in outcomes:
        if not outcome.passed:
            print(outcome.report(str(path)))
            continue
        numbers = "; ".join(f"{text} = {value}" for text, value in outcome.numbers[:4])
        because = " ".join(outcome.expectation.because.split()) or outcome.expectation.that
        print(f"  ok    {because}\n        {numbers}")
