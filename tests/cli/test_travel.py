"""health, compare, ablate and replay from the outside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import run
from conftest import BOOM, ROOT

from rnnstep.cli import main
from rnnstep.session.keymap import key_of
from rnnstep.session.progress import progress_path

FLAGSHIP = str(ROOT / "scenarios" / "long_dependency.yaml")


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:  # type: ignore[type-arg]
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_health_counts_and_shows_where_to_look(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "health", FLAGSHIP, "--lane", "lstm")
    assert code == 0 and "forget gate" in out and "saturated  look at step" in out
    assert "rnn:" not in out
    path = tmp_path / "boom.yaml"
    path.write_text(BOOM)
    found = data(capsys, "health", str(path))["lanes"]["boom"]
    assert [(f["verdict"], f["step"]) for f in found] == [("not finite", 3)]
    code, _, err = run(capsys, "health", FLAGSHIP, "--lane", "lstn")
    assert code == 2 and "did you mean 'lstm'" in err


def test_compare_says_where_two_lanes_part_and_what_cannot_be_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "compare", FLAGSHIP, "lstm", "gru")
    # Their units have nothing to do with each other, so that no unit can part first.
    assert code == 0 and "first divergence" not in out and "‖a − b‖" not in out
    assert "|‖a‖ − ‖b‖|" in out and "agreement" in out
    assert "of one lane only, not compared: i, f" in out
    assert "first divergence   none" in run(capsys, "compare", FLAGSHIP, "lstm", "lstm")[1]
    found = data(capsys, "compare", FLAGSHIP, "lstm", "lstm", "--steps")
    assert found["first_divergence"] is None and found["agreement"]["share"] == 1
    assert all(set(values) == {0.0} for values in found["over_time"].values())
    beside = data(capsys, "compare", FLAGSHIP, "lstm", "lstm", "--align", "cue:10")
    assert (beside["shift"], beside["first"], beside["last"]) == (9, 1, 43)
    flows = beside["gradient_flow"]
    assert [(f["lane"], f["memory"], f["step"]) for f in flows] == [
        ("lstm", "c", 43), ("lstm", "c", 52)
    ]  # fmt: skip
    assert flows[0]["back"] == [1, 2, 5, 10, 20] and len(flows[1]["log10"]) == 6
    assert [f["verdict"]["steps"] for f in flows] == [43, 52]
    cosine = data(capsys, "compare", FLAGSHIP, "lstm", "gru", "--kind", "cosine")
    assert {d["kind"] for d in cosine["distances"]} == {"cosine"}
    for wrong in (["gru", "lstn"], ["gru", "lstm", "--align", "5"], ["gru", "rnn", "--kind", "l1"],
                  ["gru", "rnn", "--align", "cue:qury"]):  # fmt: skip
        assert run(capsys, "compare", FLAGSHIP, *wrong)[0] == 2


def test_json_tells_an_infinite_loss_from_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "format: 1\ntitle: T\ninput: {values: {series: [1, 1], target: [1, 1]}}\n"
        "models:\n  a: {equations: 'h = x', weights: {values: {V: [[1]], a: [0]}}}\n"
        "  b: {equations: 'h = x * 1e200', weights: {values: {V: [[1]], a: [0]}}}\n"
    )
    given = ["--lane", "a", "--signal", "h", "--operation", "set 1e200"]
    unit = data(capsys, "ablate", str(path), *given)["units"][0]
    assert (unit["loss"], unit["change"]) == ("inf", "inf")
    lanes = data(capsys, "score", str(path))["lanes"]
    assert {row["lane"]: row["loss"] for row in lanes}["b"] == "inf"


def test_ablate_ranks_units_by_what_patching_them_does(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["ablate", FLAGSHIP, "--lane", "lstm", "--signal", "f"]
    found = data(capsys, *given)
    assert sorted(u["unit"] for u in found["units"]) == list(range(16))
    ranks = [(-len(u["broken"]), -u["change"]) for u in found["units"]]
    assert ranks == sorted(ranks) and ranks[0][0] < 0
    code, out, _ = run(capsys, *given, "--units", "0,6", "--operation", "scale 0.5 at 2..51")
    assert code == 0 and "lstm.f[unit] scale 0.5 at 2..51" in out and "answer moves" in out
    nothing = data(capsys, *given, "--units", "0", "--operation", "scale 1")
    assert nothing["units"][0]["change"] == 0 and nothing["units"][0]["moved"] == 0
    for wrong in (["--units", "99"], ["--units", "x"], ["--operation", "put 0"],
                  ["--operation", "set 1 2"], ["--lane", "lstn"], ["--signal", "ff"],
                  ["--operation", "hold"], ["--operation", "swap rnn.q"]):  # fmt: skip
        code, _, err = run(capsys, *given, *wrong)
        assert code == 2 and err.strip() and "Traceback" not in err, wrong


@pytest.mark.parametrize(
    ("operation", "caret", "said"),
    [
        ("sett 0", 0, "there is no operation 'sett' (did you mean 'set'?)"),
        ("set", 3, "a number is missing at the end"),
        ("set 1 2", 4, "an ablation takes one number"),
        ("set 0 at 60", 9, "never fires"),
        ("set 0 at queri", 9, "(did you mean 'query'?)"),
        ("hold", 0, "has nothing to hold"),
        ("swap gruu", 5, "(did you mean 'gru'?)"),
        ("swap gru.zz", 9, "which gru does not have"),
    ],
)
def test_an_operation_that_does_not_fit_is_shown_under_the_caret(
    capsys: pytest.CaptureFixture[str], operation: str, caret: int, said: str
) -> None:
    given = ["ablate", FLAGSHIP, "--lane", "lstm", "--signal", "f", "--operation", operation]
    code, out, err = run(capsys, *given)
    message, source, mark = err.splitlines()
    assert code == 2 and out == "" and message.startswith("--operation: ") and said in message
    assert source == f"    {operation}" and mark == f"    {' ' * caret}^"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--lane", "lstn", "(did you mean 'lstm'?); there are rnn, lstm, gru"),
        ("--signal", "f[3]", "lstm has no signal 'f[3]'; it has x, i, f,"),
        ("--units", "3,16", "lstm.f has no unit 16; it has units 0 to 15"),
        ("--units", "0-3", "all, or numbers as in 0,3"),
        ("--lane", "", "--lane is missing; lanes of"),
        ("--signal", "", "--signal is missing; signals and inputs of lstm are x, i, f,"),
    ],
)
def test_a_unit_that_cannot_be_patched_is_one_error_with_what_is_possible(
    capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    given = {"--lane": "lstm", "--signal": "f", option: value}
    words = [word for pair in given.items() for word in pair]
    code, _, err = run(capsys, "ablate", FLAGSHIP, *words)
    assert code == 2 and said in err and len(err.splitlines()) == 1


def test_a_breakpoint_is_checked_where_there_is_no_terminal_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(capsys, "run", FLAGSHIP, "--break", "lstm.f[3] <")
    assert code == 2 and "--break" in err and err.rstrip().endswith("^")


@pytest.mark.parametrize(("option", "value", "said"), [
    ("--panel", "flaw", "(did you mean 'flow'?)"), ("--align", "a", "--align: 'a' is no step"),
    ("--against", "lstn", "(did you mean 'lstm'?)"), ("--signal", "q", "--signal: rnn has no"),
    ("--lane", "lstn", "(did you mean 'lstm'?)"), ("--unit", "99", "--unit is 99"),
    ("--at", "quary", "(did you mean 'query'?)"), ("--patch", "lstm.c clamp 2 1", "--patch: "),
    ("--theme", "drak", "--theme is 'drak'"), ("--glyphs", "x", "--glyphs is 'x'"),
])  # fmt: skip
def test_every_option_of_run_is_checked_where_there_is_no_terminal_too(
    capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    code, out, err = run(capsys, "run", FLAGSHIP, option, value)
    assert code == 2 and said in err and not out


def test_without_a_terminal_run_prints_the_step_that_it_was_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for given, shown in (((), "step 52 of 52"), (("--at", "0"), "step 0 of 52")):
        code, out, _ = run(capsys, "run", FLAGSHIP, *given, "--panel", "flow", "--no-diff")
        assert code == 0 and shown in out.partition("\n")[0]


def test_replay_prints_the_screen_that_keys_lead_to(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "replay", FLAGSHIP, "--keys", "l l tab : query enter h")
    rows = out.splitlines()
    assert code == 0 and len(rows) == 30 and max(map(len, rows)) <= 100
    assert "51" in out and "LSTM" in out
    path = tmp_path / "screen.svg"
    code, out, _ = run(capsys, "replay", FLAGSHIP, "--keys", "G q l", "--svg", str(path))
    assert code == 0 and path.read_text().startswith("<svg") and "--at&#160;52" in path.read_text()
    code, out, _ = run(capsys, "replay", FLAGSHIP, "--keys", "space", "--glyphs", "ascii")
    assert code == 0 and out.isascii()
    for wrong in (["--keys", "qq"], ["--keys", "l", "--size", "0x4"], ["--keys", "l", "--at", "x"],
                  ["--keys", "l", "--theme", "pink"]):  # fmt: skip
        assert run(capsys, "replay", FLAGSHIP, *wrong)[0] == 2
    path = path.parent / "nowhere" / "screen.svg"
    code, _, err = run(capsys, "replay", FLAGSHIP, "--keys", "l", "--svg", str(path))
    assert code == 2 and err == f"{path} cannot be written: no such file or directory\n"


def test_replay_asks_the_questions_of_a_lesson_and_keeps_no_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = str(ROOT / "scenarios" / "ladder" / "rnn.yaml")
    given = ["replay", lesson, "--lang", "en", "--size", "120x40"]
    code, out, _ = run(capsys, *given, "--lesson", "--keys", "G")
    assert code == 0 and "Question 1 of 3" in out and "held back" in out
    _, out, _ = run(capsys, *given, "--lesson", "--keys", "G 3 enter G G")
    assert "Question 2 of 3" in out and "Right" not in out
    _, out, _ = run(capsys, *given, "--lesson", "--keys", "G 3")
    assert "Right." in out
    assert "stays in the lesson" in run(capsys, *given, "--lesson", "--keys", "l ]")[1]
    assert "Question" not in run(capsys, *given, "--keys", "G")[1]
    assert "질문 1/3" in run(capsys, *given[:3], "ko", "--lesson", "--keys", "G")[1]
    assert not progress_path().exists()
    code, _, err = run(capsys, "replay", FLAGSHIP, "--lesson", "--keys", "l")
    assert code == 2 and "there are no lessons in" in err


def test_the_help_of_replay_names_keys_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    help_text = " ".join(run(capsys, "replay", "--help")[1].split())
    names = re.search(r"or its name: (.*?) …", help_text)
    assert names is not None
    for name in names[1].split():
        assert key_of(name)[1] == "", name
    assert all(name in names[1] for name in ("enter", "escape", "tab", "space", "backspace"))


def test_show_and_run_without_a_terminal_take_patches(capsys: pytest.CaptureFixture[str]) -> None:
    patch = ["--patch", "lstm.f[3] set 0 at 10..20"]
    assert main(["show", FLAGSHIP, "--at", "15", *patch]) == 0
    shown = capsys.readouterr().out
    assert "LSTM, lstm_2" in shown
    assert main(["run", FLAGSHIP, "--at", "15", *patch]) == 0
    assert capsys.readouterr().out == shown
    assert main(["show", FLAGSHIP, "--patch", "lstm.f[3] sett 0"]) == 2
    assert "--patch: there is no operation 'sett'" in capsys.readouterr().err
