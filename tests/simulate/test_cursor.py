"""Walking never loses the future: any walk ends where going there directly does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnstep.errors import StepError
from rnnstep.simulate import Cursor

MOVES = st.sampled_from(["step", "rewind", "micro", "unmicro", "jump"])


@given(st.lists(st.tuples(MOVES, st.integers(1, 12)), max_size=40))
def test_a_cursor_never_leaves_the_run(walk: list[tuple[str, int]]) -> None:
    cursor = Cursor.begin(10, 4)
    for move, count in walk:
        before = cursor
        if move == "step":
            cursor = cursor.step(count)
        elif move == "rewind":
            cursor = cursor.rewind(count)
        elif move == "micro":
            cursor = cursor.micro(count)
        elif move == "unmicro":
            cursor = cursor.micro(-count)
        else:
            cursor = cursor.jump(min(count, 10))
        assert 0 <= cursor.t <= 10 and 1 <= cursor.k <= 4
        assert before.length == cursor.length


def test_micro_steps_cross_steps_and_come_back() -> None:
    start = Cursor.begin(3, 4)
    walked = start.micro(6)
    assert (walked.t, walked.k) == (2, 2)
    assert walked.micro(-6) == start
    assert start.micro(99) == start.jump(3)


def test_a_step_from_inside_finishes_the_step_and_a_rewind_undoes_it() -> None:
    inside = Cursor.begin(3, 4).micro(6)
    assert (inside.step().t, inside.step().k) == (2, 4)
    assert inside.rewind().t == 1


def test_a_jump_out_of_the_run_is_an_error() -> None:
    with pytest.raises(StepError, match="0 to 3"):
        Cursor.begin(3, 4).jump(4)
