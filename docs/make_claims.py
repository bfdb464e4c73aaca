"""Write docs/claims.md: each claim of the course, the scenarios that show it, what they prove.

    python docs/make_claims.py
"""

from __future__ import annotations

from pathlib import Path

from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent

CLAIMS = {
    "C1": "A sequential model predicts what comes next from the data so far.",
    "C2": "How much data there is so far is not fixed: either the input's size is fixed, or the"
    " model must not depend on it.",
    "C3": "A model over an input of changing size is hard to generalise.",
    "C4": "As time goes by the data pile up and each step costs more.",
    "C5": "AR(τ): predict from the last τ values alone. What lies further back cannot matter.",
    "C6": "Markov, AR(1): the present depends on the step just before and on nothing else.",
    "C7": "It works badly where that is false.",
    "C8": "Something is needed that stands for the whole past.",
    "C9": "A latent state that sums up the past lets all of it count, at a fixed size.",
    "C10": "The RNN: the latent state made recursive; one deep network with shared weights.",
    "C11": "Its typical weakness is short-term dependency: what came early is lost.",
    "C12": "Vanishing and exploding: the trace of an early input shrinks or grows geometrically.",
    "C13": "A model is needed that carries data for long.",
    "C14": "The LSTM's cell state gives earlier data a path to flow along.",
    "C15": "Managing the data in the cell state keeps long-term data alive.",
    "C16": "Its parts: cell state, hidden state, input, output.",
    "C17": "Ⓐ what is kept of the past plus Ⓑ what is let in of the new is the cell state;"
    " Ⓒ worked over by the output gate it is the output.",
    "C18": "The GRU gives its hidden state, which plays the cell state's part, out directly.",
    "C19": "Its parts: hidden state, input, output; no cell state and no output gate.",
}
"""The claims of the course, in short."""

HEAD = """\
# What is claimed, and where it is proven

The course climbs from the naive model over AR(τ), Markov and the latent AR model to the RNN, the
LSTM and the GRU. Each scenario says which claims it shows (`claims:`), and has expectations that
would fail if they were not so: `rnnstep test scenarios` proves them all. Where a claim holds only
in some setting, the scenario's own text says in which.

Made from the scenarios by `python docs/make_claims.py`.
"""


def scenarios() -> list[Scenario]:
    """Every scenario that ships."""
    return [load_scenario(path) for path in sorted((ROOT / "scenarios").rglob("*.yaml"))]


def text(found: list[Scenario]) -> str:
    """The page."""
    rows = [HEAD]
    for claim, words in CLAIMS.items():
        rows += [f"## {claim}", "", words, ""]
        for scenario in found:
            if claim not in scenario.claims:
                continue
            path = scenario.path.relative_to(ROOT).as_posix()
            count = len(scenario.expectations)
            proofs = f"{count} expectation{'s' * (count != 1)}"
            rows.append(f"- [{scenario.title}](../{path}): {proofs}")
        rows.append("")
    return "\n".join(rows).rstrip() + "\n"


if __name__ == "__main__":
    page = Path(__file__).parent / "claims.md"
    page.write_text(text(scenarios()), encoding="utf-8")
