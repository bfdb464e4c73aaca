"""Where nothing is asked, or nothing answered yet, no condition about it holds."""

from __future__ import annotations

import numpy as np
import pytest
from sessions import run_of

from rnnstep.simulate.breakpoint import hits

FORMS = ["{} == {}", "{} != {}", "not {} == {}", "not {} != {}", "not ({} == {} and t > 0)",
         "any({} == {})", "not any({} == {})", "all({} != {})", "not all({} != {})"]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pair", [("lstm.answer", "target"), ("target", "lstm.answer")])
def test_an_answer_is_compared_with_a_target_only_where_one_is_asked(
    form: str, pair: tuple[str, str]
) -> None:
    run = run_of("long_dependency")
    asked = np.flatnonzero(run.scenario.tape.asked_at(1, run.length + 1)) + 1
    assert asked.tolist() == [run.length]
    text = form.format(*pair)
    found, other = (hits(run.space(), t).tolist() for t in (text, f"not ({text})"))
    assert sorted([*found, *other]) == asked.tolist()


@pytest.mark.parametrize("form", [
    "{} < {}", "{} != {}", "not {} < {}", "abs({} - {}) > 0", "not abs({} - {}) > 0",
    "any({} > {})", "not all({} > {})",
])  # fmt: skip
@pytest.mark.parametrize("pair", [("ar5.answer", "target"), ("target", "ar5.answer")])
def test_a_number_is_compared_only_where_it_is_answered_and_asked(
    form: str, pair: tuple[str, str]
) -> None:
    run = run_of("real/nile")
    space = run.space()
    counted = hits(space, "not isnan(ar5.answer) and not isnan(target)").tolist()
    text = form.format(*pair)
    found, other = (hits(space, t).tolist() for t in (text, f"not ({text})"))
    assert sorted([*found, *other]) == counted and 0 < len(counted) < run.length


def test_what_changes_needs_something_before() -> None:
    space = run_of("long_dependency").space()
    assert 1 not in hits(space, "lstm.answer != lstm.answer[t-1]")
    assert 1 not in hits(space, "not symbol == symbol[t-1]")
