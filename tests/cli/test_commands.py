"""Every command from the outside: output, diagnostics, exit codes."""

from __future__ import annotations

import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from conftest import ROOT

FLAGSHIP = str(ROOT / "scenarios" / "long_dependency.yaml")
FAILING = """\
format: 1
title: Failing
input: {values: {series: [1, 2]}}
models:
  own:
    equations: "h = W @ x"
    weights: {values: {W: [[2]]}}
expect:
  - that: own.h[0] < 3
    at: 2
    because: It is small.
"""


def test_test_proves_the_shipped_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "test", str(ROOT / "scenarios" / "sunspots.yaml"))
    assert code == 0 and "3 passed, 0 failed" in out


def test_a_failed_expectation_prints_claim_numbers_and_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(FAILING)
    code, out, _ = run(capsys, "test", str(path))
    assert code == 1
    assert f"{path}:9:11: FAILED: own.h[0] < 3" in out
    assert "claim: It is small." in out and "own.h[0] = 4" in out and "--at 2" in out
    code, out, _ = run(capsys, "test", str(path), "--json")
    data = json.loads(out)
    assert code == 1 and data["passed"] is False
    assert data["scenarios"][0]["expectations"][0]["numbers"] == {"own.h[0]": "4"}


def test_check_says_everything_and_exits_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(FAILING.replace("title", "titel").replace("own.h[0] <", "own.g <"))
    code, out, err = run(capsys, "check", str(path))
    assert code == 2 and out == ""
    assert f"{path}:2:1: unknown key 'titel'" in err
    code, out, err = run(capsys, "check", str(tmp_path / "gone.yaml"))
    assert code == 2 and "cannot be read" in err
    code, _, err = run(capsys, "check", str(tmp_path / "gone"), FLAGSHIP)
    assert code == 2


def test_run_without_a_terminal_prints_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "run", FLAGSHIP, "--at", "query")
    assert code == 0 and "no terminal" in err and len(err.splitlines()) == 1
    assert out == run(capsys, "show", FLAGSHIP, "--at", "query")[1]
    assert "answers C" in out


def test_show_shows_a_unit_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", FLAGSHIP, "--at", "9", "--lane", "lstm", "--unit", "3")
    assert code == 0 and "f = σ(W_f·x + U_f·hₜ₋₁ + b_f)" in out
    code, _, err = run(capsys, "show", FLAGSHIP, "--at", "9", "--lane", "lstm", "--unit", "99")
    assert code == 2 and "units 0 to 15" in err
    assert run(capsys, "show", FLAGSHIP, "--lane", "lstn")[0] == 2
    assert run(capsys, "show", FLAGSHIP, "--at", "never")[0] == 2


def test_explain_prints_every_cell_in_every_way(capsys: pytest.CaptureFixture[str]) -> None:
    for cell in ("rnn", "lstm", "gru"):
        code, out, _ = run(capsys, "explain", cell)
        assert code == 0 and "Parameters" in out and "source" in out
        assert "\\begin{align*}" in run(capsys, "explain", cell, "--latex")[1]
        assert "def segment" in run(capsys, "explain", cell, "--code")[1]
    out = run(capsys, "explain", "lstm", "--option", "peepholes=true")[1]
    assert "p_i * c[t-1]" in out
    code, _, err = run(capsys, "explain", "lstn")
    assert code == 2 and "did you mean 'lstm'" in err
    assert run(capsys, "explain", "lstm", "--option", "peepholes")[0] == 2


def test_explain_prints_the_cells_of_a_scenarios_lanes(capsys: pytest.CaptureFixture[str]) -> None:
    gates = str(ROOT / "scenarios" / "claims" / "gates.yaml")
    out = run(capsys, "explain", gates)[1]
    assert "lane no_output" in out and "14 units" in out and "Signals (H = 14, D = 2)" in out
    out = run(capsys, "explain", gates, "--lane", "no_output")[1]
    assert "h = tanh(c)" in out and "W_o" not in out
    assert run(capsys, "explain", gates, "--latex")[1].count("\\begin{align*}") == 6
    assert "% lane gru\n" in run(capsys, "explain", gates, "--latex")[1]
    assert run(capsys, "explain", gates, "--code")[1].count("def segment") == 6
    for arguments, said in {
        ("--lane", "no_ouput"): "did you mean 'no_output'", ("--units", "3"): "its file says",
        ("--latex", "--code"): "exclude each other",
    }.items():  # fmt: skip
        code, out, err = run(capsys, "explain", gates, *arguments)
        assert code == 2 and said in err and not out
    assert "for a scenario's file" in run(capsys, "explain", "lstm", "--lane", "lstm")[2]


def test_explain_prints_equations_of_ones_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "format: 1\ntitle: Own\ninput: {values: {series: [1, 2, 3], target: next}}\nmodels:\n"
        "  mine:\n    equations: |\n      k = 0.5 * k[t-1] + U @ x   # memory\n    output: k\n"
        "    units: 3\n    weights: {init: {name: uniform, seed: 0}}\n"
        "  yours: {cell: rnn, units: 2, weights: {init: {name: uniform, seed: 0}}}\n"
        "  too: {cell: rnn, units: 2, weights: {init: {name: uniform, seed: 1}}}\n"
    )
    code, out, _ = run(capsys, "explain", str(file))
    assert code == 0 and "equations of the scenario" in out
    assert "k = 0.5 * k[t-1] + U @ x  # memory" in out
    assert "lane mine" in out and "lanes yours, too" in out
    out = run(capsys, "explain", str(file), "--lane", "mine", "--latex")[1]
    assert "k_t &= 0.5" in out and "% lane" not in out


def test_list_names_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "list", str(ROOT / "scenarios"))[1]
    for word in ("lstm", "long_dependency.yaml", "recall", "chrono", "softplus", "mean_over"):
        assert word in out


def test_train_writes_weights_and_says_what_came_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "format: 1\ntitle: T\ninput: {recall: {classes: 2, lag: 1, distractors: other}}\n"
        "train: {updates: 60, learning_rate: 0.03, stop_accuracy: 0.9, check_every: 10}\n"
        "models:\n  a: {cell: gru, units: 4}\n"
    )
    code, out, _ = run(capsys, "train", str(path))
    assert code == 0 and "a: 1 of 1 seeds reached the goal" in out
    assert (tmp_path / "weights" / "t.a.safetensors").is_file()
    assert run(capsys, "train", str(path), "--lane", "b")[0] == 2


def commands(capsys: pytest.CaptureFixture[str]) -> list[str]:
    rows = section(run(capsys, "--help")[1], "Commands")
    return [row.split()[0] for row in rows]


def section(help_text: str, title: str) -> list[str]:
    return help_text.partition(f"{title}:\n")[2].partition("\n\n")[0].splitlines()


def test_help_has_examples_that_check_out_and_fits_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert not [row for row in section(run(capsys, "--help")[1], "Commands") if "..." in row]
    for name in commands(capsys):
        code, out, _ = run(capsys, name, "--help")
        assert code == 0 and max(map(len, out.splitlines())) <= 80, name
        codes = [row.split()[0] for row in section(out, "Exit codes")]
        assert codes == ["0", *["1"] * (name == "test"), "2", "70", "130", "141"], name
        lines = "\n".join(section(out, "Examples")).replace("\\\n", " ").splitlines()
        assert lines, name
        for line in lines:
            program, command, *given = shlex.split(line)
            assert (program, command) == ("rnnstep", name)
            files = [word for word in given if word.startswith("scenarios")]
            assert all((ROOT / file).exists() for file in files), line
            options = {word for word in given if word.startswith("--")}
            assert all(f"  {option}" in out for option in options), line


def test_ctrl_c_is_said_in_every_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import rnnstep.scenario.ablation

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rnnstep.scenario.ablation, "ablate", interrupted)
    given = ["ablate", FLAGSHIP, "--lane", "lstm", "--signal", "f"]
    assert run(capsys, *given) == (130, "", "rnnstep: interrupted\n")


def test_usage_errors_are_exit_code_2_and_bugs_70(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "show")[0] == 2
    assert run(capsys, "dance")[0] == 2
    assert run(capsys, "run", FLAGSHIP, "--theme", "pink")[0] == 2
    import rnnstep.cli.check

    def broken(paths: object) -> int:
        secret = "ab" * 3
        raise RuntimeError(f"boom {len(secret)}")

    monkeypatch.setattr(rnnstep.cli.check, "check_files", broken)
    code, _, err = run(capsys, "check", FLAGSHIP)
    assert code == 70 and len(err.splitlines()) == 2
    report = Path(err.split("the report is ")[1].split(";")[0])
    assert "boom 6" in report.read_text() and "ababab" not in report.read_text()
    monkeypatch.setattr(rnnstep.cli.check, "check_files", lambda paths: (_ for _ in ()).throw(
        KeyboardInterrupt))  # fmt: skip
    assert run(capsys, "check", FLAGSHIP)[0] == 130


def test_score_prints_one_aligned_table_or_csv_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    sunspots = str(ROOT / "scenarios" / "sunspots.yaml")
    code, out, _ = run(capsys, "score", sunspots, "--from", "1900")
    rows = out.splitlines()
    assert code == 0 and "steps 201 to 309, 108 steps asked" in rows[1]
    head = next(row for row in rows if row.startswith("lane"))
    naive = next(row for row in rows if row.startswith("naive"))
    assert head.split()[:4] == ["lane", "model", "parameters", "loss"]
    assert head.index("÷ naive") + len("÷ naive") == naive.index("1.000") + len("1.000")
    code, out, _ = run(capsys, "score", sunspots, "--csv")
    header, *lines = out.splitlines()
    assert header.startswith("lane,title,parameters,loss,rmse,ratio,steps")
    assert [line.split(",")[0] for line in lines] == ["naive", "rnn", "lstm", "gru"]
    code, out, _ = run(capsys, "score", FLAGSHIP, "--json")
    data = json.loads(out)
    assert data["unit"] == "nats" and data["lanes"][0]["lane"] == "naive"
    assert data["lanes"][1]["solved"] is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "quary"), "did you mean 'query'"),
        (("--to", "99"), "--to: there is no step 99; the run has 0 to 52, and the marks cue"),
        (("--from", "9", "--to", "3"), "steps 9 to 3 cannot be scored"),
        (("--to", "9"), "nothing is asked at steps 1 to 9; something is at step 52"),
        (("--json", "--csv"), "exclude each other"),
    ],
)
def test_score_says_what_is_wrong_with_its_arguments(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run(capsys, "score", FLAGSHIP, *arguments)
    assert code == 2 and message in err and not out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
@pytest.mark.parametrize("size", [1, 100_000])
def test_output_that_nobody_reads_ends_silently(size: int) -> None:
    code = (
        "import sys; import rnnstep.cli.explain as e; from rnnstep.cli import main\n"
        f"e.list_everything = lambda *_: print('x' * {size})\n"
        "sys.exit(main(['list']))"
    )
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("size", [1, 100_000])
@pytest.mark.parametrize(
    ("device", "mode", "why"),
    [("/dev/full", "wb", "No space left on device"), (os.devnull, "rb", "Bad file descriptor")],
)
def test_an_output_that_cannot_be_written_is_said_and_no_bug(
    size: int, device: str, mode: str, why: str
) -> None:
    code = (
        "import sys; import rnnstep.cli.explain as e; from rnnstep.cli import main\n"
        f"e.list_everything = lambda *_: print('x' * {size})\n"
        "sys.exit(main(['list']))"
    )
    with open(device, mode) as output:
        ended = subprocess.run([sys.executable, "-c", code], stdout=output, stderr=subprocess.PIPE)
    said = f"cannot write to standard output: {why}\n"
    assert (ended.returncode, ended.stderr.decode()) == (2, said)


@pytest.mark.parametrize("filename", [None, "there.yaml"])
def test_another_file_that_cannot_be_read_is_not_laid_on_the_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, filename: str | None
) -> None:
    def broken(paths: object) -> int:
        raise OSError(errno.EIO, "Input/output error", filename)

    monkeypatch.setattr("rnnstep.cli.check.check_files", broken)
    code, _, err = run(capsys, "check", FLAGSHIP)
    assert code == 70 and "standard output" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes it in another way there")
def test_without_an_output_a_command_ends_as_it_would_with_one() -> None:
    code = "import sys; from rnnstep.cli import main; sys.exit(main(['list']))"
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" "$@" >&-', sys.executable, "-c", code], stderr=subprocess.PIPE
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_json_keeps_letters_as_they_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(FAILING.replace("It is small.", "값 ρ ≤ 3."))
    _, out, _ = run(capsys, "test", str(path), "--json")
    assert "값 ρ ≤ 3." in out and "\\u" not in out


def test_help_names_each_value_by_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    names = commands(capsys)
    assert {"run", "flow", "sweep", "list"} <= set(names)
    for name in names:
        code, out, _ = run(capsys, name, "--help")
        assert code == 0
        shown = [*section(out, "Options"), *section(out, "Arguments"), out.splitlines()[0]]
        assert not [row for row in shown if "<" in row or "{" in row], name
    assert "--lane LANE" in run(capsys, "flow", "--help")[1]
