"""The line that is typed: editing it, earlier lines, completion; without a screen."""

from __future__ import annotations

import pytest
from sessions import press as keyed
from sessions import session as opened

from rnnstep.session.prompt import VERBS
from rnnstep.session.session import Session


def session(keys: str = "") -> Session:
    return keyed(opened(), keys)


def press(s: Session, keys: str) -> str | None:
    return keyed(s, keys).prompt


def test_escape_drops_what_was_wrong_with_its_message_and_up_brings_it_back() -> None:
    s = session("/ lstm.foo>1 enter")
    assert s.prompt == "find lstm.foo>1" and s.problem is not None and s.message
    press(s, "escape")
    assert (s.prompt, s.problem, s.message) == (None, None, "")
    assert press(s, "/") == "find "
    assert press(s, "up") == "find lstm.foo>1"
    assert press(s, "down") == "find "


def test_up_goes_through_what_was_typed_of_the_verb_that_stands_there() -> None:
    s = session("/ t==5 enter b t==9 enter : 20 enter / t==7 enter / t==5 enter")
    assert press(s, "/ up") == "find t==5" and press(s, "up") == "find t==7"
    assert press(s, "up") == "find t==7" and s.line.hint == "no earlier line"
    assert press(s, "down down escape b up") == "break t==9"
    assert press(s, "escape : up up up") == "20"
    assert press(s, "escape : 2 up") == "20"
    assert press(s, "enter") is None and s.t == 20
    assert press(s, ": up up") == "find t==5"


def test_what_was_typed_and_left_can_be_brought_back_but_not_what_was_only_opened() -> None:
    s = session("e escape / escape : escape")
    assert s.line.earlier == []
    assert press(s, "e 0 escape e up") == "patch rnn.h[0] set 0"


@pytest.mark.parametrize(("keys", "text"), [
    ("/ t>3 ctrl+u", "find "), ("/ ctrl+u", ""), ("/ t>3 ctrl+u ctrl+u", ""),
    (": query ctrl+u", ""), ("/ lstm.f[3]<0.1 ctrl+w", "find lstm.f[3]<0."),
    ("/ t space > space 3 ctrl+w", "find t > "), ("/ t>3 left left backspace x", "find x>3"),
    ("/ t>3 home delete delete", "nd t>3"), ("/ t>3 ctrl+a b ctrl+e 4", "bfind t>34"),
    ("/ t>3 left ctrl+u", "find 3"), (": 12 left right 3", "123"), (": 1 backspace", ""),
    (": backspace", None),
])  # fmt: skip
def test_the_line_is_edited_as_in_a_shell(keys: str, text: str | None) -> None:
    assert session(keys).prompt == text


NO_SIGNALS = {"save", "threshold", "align", "against", "hide", "name"}


@pytest.mark.parametrize("verb", sorted(set(VERBS) - NO_SIGNALS))
def test_lanes_and_signals_are_completed_behind_every_verb(verb: str) -> None:
    assert (session(f": {verb} space lst tab").prompt or "").startswith(f"{verb} lstm.")
    assert session(f": {verb} space gru.r tab").prompt in (f"{verb} gru.r", f"{verb} gru.right")


@pytest.mark.parametrize(("keys", "text"), [
    ("patch space lstm.f[3] space se tab", "patch lstm.f[3] set"),
    ("patch space f space set space 0 space at space cu tab", "patch f set 0 at cue"),
    ("patch space f space set space 0 space at space 3..que tab", "patch f set 0 at 3..query"),
    ("patch space h space swap space gr tab", "patch h swap gru.x"),
    ("select space gru.z tab", "select gru.z"), ("find space acc tab", "find accuracy"),
    ("select space lstm. tab", "select lstm.c"), ("sele tab", "select"),
    ("against space gr tab", "against gru"), ("align space cue:qu tab", "align cue:query"),
    ("find space t>9 left left left lstm. tab", "find lstm.xt>9"), ("th tab", "threshold"),
])  # fmt: skip
def test_tab_completes_what_can_stand_there(keys: str, text: str) -> None:
    assert session(f": {keys}").prompt == text


def test_tab_again_goes_on_to_the_next_and_comes_back_to_what_was_typed() -> None:
    s = session("/ lstm.lo tab")
    assert s.prompt == "find lstm.logits" and "lstm.loss" in s.line.hint
    assert press(s, "tab") == "find lstm.loss" and press(s, "tab") == "find lstm.lo"
    assert press(s, "shift+tab shift+tab") == "find lstm.logits"
    assert press(s, "[0] ctrl+w") == "find lstm.logits[0" and press(s, "tab") == s.prompt
    assert press(s, "ctrl+u zz tab") == "find zz" and s.line.hint == "nothing begins so"


def test_what_is_no_place_stays_to_be_mended() -> None:
    s = session(": qury enter")
    assert s.prompt == "qury" and s.problem is not None and "did you mean" in s.problem.message
    assert press(s, "ctrl+u query enter") is None and s.t == 52


@pytest.mark.parametrize(("keys", "said"), [
    (": 1.9 enter", "there is no equation 9; a step has equations 1 to 8, as in 1.8"),
    (": 0.1 enter", "the initial state has no equations"),
    (": -3 enter", "-3 leads nowhere: this is the initial state"),
    ("G : +3 enter", "+3 leads nowhere: this is the last step"),
    ("e enter", "a number is missing at the end, as in `set 0.5`"),
    ("e q enter", "a number belongs here, as in `set 0.5`"),
    ("/ lstm.f[3]<3x enter", "'3x' is no number, and no name begins with a digit"),
    (": patch space lstm.f[99] space set space 0 enter", "lstm: the patch `f[99] set 0` names"),
    (": patch space lstm.q space set space 0 enter", "lstm: the patch `q set 0` names 'q'"),
    (": break enter", "it has the form: break CONDITION"),
])  # fmt: skip
def test_a_message_says_what_is_wrong_and_what_is_possible(keys: str, said: str) -> None:
    s = session(keys)
    assert said in s.message and s.problem is not None and s.prompt is not None
    assert "lstm_2" not in s.message
