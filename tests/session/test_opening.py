"""A place said as a command line opens the same screen again; what it cannot say is refused."""

from __future__ import annotations

import shlex

import numpy as np
import pytest
from sessions import session
from typer.main import get_command

from rnnstep.cli.commands import app
from rnnstep.errors import RnnstepError
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.commands import COMMANDS, perform, submit_prompt
from rnnstep.session.opening import open_at
from rnnstep.session.opening_options import Opening
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter


def do(s: Session, *commands: str) -> Session:
    for command in commands:
        if command in COMMANDS:
            perform(s, ReplayHost(), command)
        else:
            s.prompt = command
            submit_prompt(s, ReplayHost())
            assert s.problem is None
    return s


def reopened(s: Session) -> Session:
    """What the command line of a session opens, read by the options of `run` themselves."""
    _, name, *arguments = shlex.split(s.command_line())
    run = get_command(app).commands[name]  # type: ignore[attr-defined]
    given = run.make_context(name, arguments).params
    other = Session(run_scenario(load_scenario(given["file"])))
    open_at(other, Opening(given["at"], given["lane"], given["unit"], given["panel"],
                           tuple(given["patch"]), tuple(given["stops"]), given["signal"],
                           given["diff"], given["against"], given["align"]))  # fmt: skip
    return other


WALKS = [
    ["step"],
    ["17", "next-lane", "unit-down", "unit-down", "micro-rewind", "micro-rewind", "micro-rewind"],
    ["query", "next-lane", "flow", "aspect"],
    ["30", "next-lane", "patch lstm.f[3] set 0.1 at 10..20", "contributions", "unit-down"],
    ["40", "patch gru.z add -0.25 at cue", "patch lstm.h[0,2] swap gru_2 at 9..11",
     "patch lstm_2.x symbol 'B' at 1", "break lstm_2.answer != target", "health"],
    ["40", "patch lstm.f[3] set 0", "patch lstm.f[4] set 0", "undo", "undo", "redo",
     "patch rnn.h noise 0.1 seed 3", "diff", "diff", "last", "rewind"],
    ["20", "next-lane", "patch lstm.f[3] set 0 at 9", "align cue:10", "against lstm", "compare"],
    ["30", "next-lane", "align 10", "compare", "aspect"],
]  # fmt: skip


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
def test_the_command_opens_the_same_screen(walk: list[str], width: int, height: int) -> None:
    s = do(session(), *walk)
    other = reopened(s)
    s.message = other.message = ""
    one, two = (Painter("blocks").paint(each, width, height) for each in (s, other))
    assert np.array_equal(one.chars, two.chars) and np.array_equal(one.styles, two.styles)
    assert other.command_line() == s.command_line()


def test_after_a_drop_forks_have_other_names_and_the_same_values() -> None:
    s = do(session(), "patch lstm.f[3] set 0", "patch lstm.f[4] set 0 at 9")
    s.select_lane("lstm_2")
    do(s, "drop", "patch gru.h swap lstm_3 at 20")
    s.select_lane("lstm_3")
    other = reopened(s)
    assert other.active == "lstm_2" and set(other.lanes) == {*session().lanes, "lstm_2", "gru_2"}
    assert other.run["lstm_2"]["h"].tobytes() == s.run["lstm_3"]["h"].tobytes()
    assert other.run["gru_2"]["h"].tobytes() == s.run["gru_2"]["h"].tobytes()


def test_what_was_opened_with_can_be_undone() -> None:
    s = session()
    open_at(s, Opening("17.3", "lstm_2", 3, "unit", ("lstm.f[3] set 0 at 10..20",)))
    assert (s.t, s.cursor.k, s.active, s.units["lstm_2"], s.panel) == (17, 3, "lstm_2", 3, "unit")
    assert do(s, "undo").lanes == session().lanes


@pytest.mark.parametrize(("opening", "said"), [
    (Opening("17.99"), "equations 1 to 8"), (Opening("99"), "no step 99"),
    (Opening("0.1"), "steps from 1 on"), (Opening("quary"), "did you mean 'query'"),
    (Opening(lane="lstn"), "--lane is 'lstn' .did you mean 'lstm'"),
    (Opening(unit=32), "--unit is 32; rnn has units 0 to 31"), (Opening(unit=-1), "--unit is -1"),
    (Opening(panel="flaw"), "--panel is 'flaw' .did you mean 'flow'"),
    (Opening(panel="flow:q"), "--panel is 'flow:q'.* flow can be about memory"),
    (Opening(patches=("lstm.f[3] sett 0",)), r"--patch: there is no operation 'sett'"),
    (Opening(patches=("lstm.f[99] set 0",)), "--patch: .* units 0 to 15"),
    (Opening(against="lstn"), "--against: there is no lane 'lstn' .did you mean 'lstm'"),
    (Opening(align="cue:qury"), "--align: 'qury' is no step and no mark .did you mean 'query'"),
    (Opening(align="cue:query:"), "--align: 'query:' is no step"),
    (Opening(breaks=("lstm.q > 1",)), "--break: lstm has no 'q'"),
])  # fmt: skip
def test_what_cannot_be_opened_is_said(opening: Opening, said: str) -> None:
    with pytest.raises(RnnstepError, match=said):
        open_at(session(), opening)
