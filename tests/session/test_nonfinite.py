"""A run that turns NaN or infinite says so in the app: at once, and as a mark to go to."""

from __future__ import annotations

from pathlib import Path

from conftest import BOOM

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.notebook import add_claim
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter


def test_the_first_value_that_is_not_finite_is_a_message_and_a_mark() -> None:
    session = Session(run_scenario(parse_scenario(BOOM, Path("boom.yaml"))))
    painter = Painter()
    assert "boom: h[0] became inf at step 3" in painter.paint(session, 80, 24).line(23)
    session.next_mark(1)
    assert session.t == 3 and "NaN" in session.marks()[3]
    session.jump(3)
    add_claim(session, "")
    assert session.prompt == "expect abs(at(boom.h[0], 3) - inf) < 0.0001"
    session.prompt = None
    session.jump(4)
    text = "\n".join(painter.paint(session, 120, 40).line(row) for row in range(40))
    assert "-inf" in text
