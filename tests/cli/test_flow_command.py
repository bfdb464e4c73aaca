"""`rnnstep flow` prints what the flow of each lane says, as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from sessions import run_of

from rnnstep.cli import main
from rnnstep.gradient import contributions
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.measures import MEASURES
from rnnstep.scenario.run import Run

FLAGSHIP = str(ROOT / "scenarios" / "long_dependency.yaml")
CAROUSEL = str(ROOT / "scenarios" / "exact" / "carousel.yaml")


@pytest.fixture(scope="module")
def run() -> Run:
    return run_of("long_dependency")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["flow", *arguments]) == 0
    return capsys.readouterr().out


def test_the_text_has_every_lane_with_its_verdict(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, FLAGSHIP, "--at", "query")
    for lane, state in (("rnn", "h"), ("lstm", "c"), ("gru", "h"), ("rnn_orthogonal", "h")):
        head = next(row for row in text.splitlines() if row.startswith(f"{lane}: "))
        assert head.endswith(f"· {state} · {run.flow(lane).verdict(52, state).text}")
    assert "step 52 of 52" in text and "direct" in text and "gates" in text


def test_a_table_has_the_norms_of_the_flow(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, FLAGSHIP, "--at", "20", "--from", "12", "--lane", "gru")
    reach = run.flow("gru").reach(20, "h", 12)
    rows = [row.split() for row in text.splitlines() if row.strip()[:2].isdigit()]
    assert [int(row[0]) for row in rows] == list(range(12, 21))
    assert [float(row[2]) for row in rows] == pytest.approx(reach.log10, abs=6e-4)
    assert "rnn" not in text


@pytest.mark.parametrize(
    ("equation", "series"),
    [("h[t-1] + sqrt(x)", "[-1, -2, -3]"), ("h[t-1] + x * 1e308", "[1, 10, -10]")],
)
@pytest.mark.filterwarnings("error")
def test_contributions_that_are_not_finite_are_printed_without_a_warning(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, equation: str, series: str
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        f"format: 1\ntitle: T\ninput: {{values: {{series: {series}}}}}\n"
        f"models:\n  a: {{equations: 'h = {equation}', weights: {{values: {{}}}}}}\n"
    )
    text = printed(capsys, str(path), "--contributions", "0")
    assert "a · h[0] = nan" in text
    assert text.split()[-2:] == ["sum", "+nan"]


@pytest.mark.parametrize(("sign", "infinite"), [(1, "inf"), (-1, "-inf")])
def test_json_says_which_infinity_a_contribution_is_and_null_is_nan(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sign: int, infinite: str
) -> None:
    path = tmp_path / "f.yaml"
    series = [1, 10 * sign, 10 * sign, -10 * sign]
    path.write_text(
        f"format: 1\ntitle: T\ninput: {{values: {{series: {series}}}}}\n"
        "models:\n  a: {equations: 'h = h[t-1] + x * 1e308', weights: {values: {}}}\n"
    )
    given = (str(path), "--contributions", "0", "--json", "--at")
    found = json.loads(printed(capsys, *given, "3"))["lanes"][0]["contributions"]
    assert found["total"] == found["values"][3] == infinite
    found = json.loads(printed(capsys, *given, "4"))["lanes"][0]["contributions"]
    assert found["total"] is None


def test_json_has_all_paths_and_csv_the_same(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(printed(capsys, FLAGSHIP, "--lane", "lstm", "--json"))
    [lane] = data["lanes"]
    assert data["step"] == 52 and lane["steps"] == list(range(53))
    for path in ("total", "direct", "gates"):
        wanted = run.flow("lstm").reach(52, "c", path=path).log10
        found = [float(value) for value in lane["log10"][path]]
        # Products of two computations: BLAS may round them by where the arrays lie.
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)
    rows = list(csv.DictReader(io.StringIO(printed(capsys, FLAGSHIP, "--lane", "lstm", "--csv"))))
    direct = [float(row["value"]) for row in rows if row["what"] == "log10 direct"]
    wanted = run.flow("lstm").reach(52, "c", path="direct").log10
    np.testing.assert_allclose(direct, wanted, rtol=1e-12, atol=1e-14)


def test_contributions_are_those_of_the_unit(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    shares = contributions(run["lstm"], 52, "c", 3)
    text = printed(capsys, FLAGSHIP, "--lane", "lstm", "--contributions", "3")
    assert shares.explanation in text and f"c[3] = {shares.total:.6g}" in text
    data = json.loads(printed(capsys, FLAGSHIP, "--lane", "lstm", "--contributions", "3", "--json"))
    assert data["lanes"][0]["contributions"]["values"] == shares.values.tolist()


def test_exactly_nothing_is_said_and_not_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, CAROUSEL, "--lane", "lstm", "--at", "3")
    rows = [row for row in text.splitlines() if row.split()[-1:] != ["gates"] and "zero" in row]
    assert len(rows) == 4
    assert "steady: within a factor of 10 over 3 steps" in text


def test_a_lane_without_a_state_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ar.yaml"
    path.write_text(
        "format: 1\ntitle: AR\ninput: {values: {series: [1, 2, 3], target: next}}\n"
        "models: {ar: {cell: ar, weights: {values: {c: 0, phi_1: 1}}}}\n"
    )
    assert "has no state; nothing flows" in printed(capsys, str(path))
    assert main(["flow", str(path), "--state", "h"]) == 2
    assert "no lane has a state 'h'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--state", "q"], "no lane has a state 'q'; there are all, c, h"),
        (["--lane", "rnn", "--state", "c"], "rnn has no state 'c'"),
        (["--lane", "lstn"], "did you mean 'lstm'"),
        (["--contributions", "99"], "has no unit 99"),
        (["--at", "99"], "99"),
        (["--at", "5", "--from", "9"], "begins at a step from 0 to 5, not 9"),
        (["--json", "--csv"], "exclude each other"),
    ],
)
def test_what_cannot_be_is_one_clear_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flow", FLAGSHIP, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_every_measure_is_listed_with_its_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(ROOT / "scenarios")]) == 0
    text = capsys.readouterr().out
    for name in MEASURES:
        assert f"\n  {name}(" in text


def test_bars_of_contributions_grow_from_an_axis_to_the_side_of_their_sign(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = next(u for u in range(16) if (contributions(run["lstm"], 52, "c", u).values < 0).any()
                and (contributions(run["lstm"], 52, "c", u).values > 0).any())  # fmt: skip
    text = printed(capsys, FLAGSHIP, "--lane", "lstm", "--contributions", str(unit))
    rows = [row for row in text.splitlines() if "│" in row]
    assert rows and len({row.index("│") for row in rows}) == 1
    for row in rows:
        left, _, right = row.partition("│")
        bar = any(sign in left for sign in "█▐")
        assert bar == (" -" in row) and (not right or " +" in row)


def test_a_table_of_flow_says_what_its_bars_mean(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(capsys, FLAGSHIP, "--at", "query", "--lane", "rnn").splitlines()
    head = next(k for k, row in enumerate(rows) if row.split()[:2] == ["k", "total"])
    assert 0 < float(rows[head].split()[-2]) < 1e-6 and float(rows[head].split()[-1]) >= 1
    lengths = [row.partition("│")[2] for row in rows[head + 1 :] if "│" in row]
    assert lengths[0] == "" and len(lengths[-1]) == max(map(len, lengths))


@pytest.mark.parametrize("more", [(), ("--contributions", "3")])
def test_a_long_table_has_the_ends_and_every_named_step_and_says_what_it_leaves_out(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    def steps(*arguments: str) -> tuple[list[int], str]:
        text = printed(capsys, FLAGSHIP, "--at", "query", "--lane", "lstm", *more, *arguments)
        return [int(row.split()[0]) for row in text.splitlines() if "│" in row], text

    shown, text = steps()
    assert {0, 1, 52} < set(shown) and shown == sorted(set(shown))
    assert f"{len(shown)} of 53 steps; --all" in text and len(shown) < 53
    assert "C cue" in text and "? query" in text
    shown, text = steps("--all")
    assert shown == list(range(53)) and "of 53 steps" not in text
    assert "left out" not in steps("--from", "40")[1]


@pytest.mark.parametrize(
    ("lesson", "command"),
    [
        ("lstm", ("flow",)), ("lstm", ("health",)), ("lstm", ("compare", "keeps", "leaks")),
        ("ar", ("score",)),
    ],
)  # fmt: skip
def test_texts_are_in_the_language_asked_for_in_every_command(
    lesson: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    file = ROOT / "scenarios" / "ladder" / f"{lesson}.yaml"
    titles = {lang: load_scenario(file, language=lang).title for lang in ("en", "ko")}
    assert titles["en"] != titles["ko"]
    first, *rest = command
    for lang, title in titles.items():
        assert main([first, str(file), *rest, "--lang", lang]) == 0
        assert title in capsys.readouterr().out
