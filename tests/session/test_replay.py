"""Keys drive a session without a screen, just as they do in the app."""

from __future__ import annotations

import pytest
import sessions

from rnnstep.errors import RnnstepError
from rnnstep.session.keymap import build_keymap
from rnnstep.session.replay import ReplayHost, replay
from rnnstep.session.session import Session


def played(keys: str) -> tuple[Session, ReplayHost]:
    session = sessions.session()
    return session, replay(session, build_keymap({}), keys)


@pytest.mark.parametrize(
    ("keys", "step"),
    [
        ("l l h", 1), ("right shift+right", 11), ("G", 52), ("L L H", 10), (": query enter", 52),
        (": 1 7 enter", 17), (": 17 backspace enter", 1), (": 17 escape l", 1), ("space", 52),
        ("l q l l", 1), (": + 5 enter l", 6), ("n n", 2), (": zoom enter l", 1),
    ],
)  # fmt: skip
def test_keys_lead_where_they_lead_in_the_app(keys: str, step: int) -> None:
    assert played(keys)[0].t == step


def test_what_is_copied_and_that_one_quits_is_kept() -> None:
    session, host = played("l l Y q G")
    assert host.ended and session.t == 2
    assert host.copied == [session.command_line()]
    assert not played("? t ctrl+l")[1].ended


def test_each_word_can_be_watched_and_a_word_that_is_no_key_is_an_error() -> None:
    seen: list[str] = []
    session = sessions.session()
    replay(session, build_keymap({}), "l l", seen.append)
    assert seen == ["l", "l"]
    with pytest.raises(RnnstepError, match=r"'entr' is not a key.*did you mean 'enter'"):
        played("l entr")
