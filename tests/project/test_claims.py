"""Every claim of the course has a scenario that shows it, and the page of claims says which."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def pages() -> Iterator[object]:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import make_claims

        yield make_claims
    finally:
        sys.path.pop(0)


def test_every_claim_has_a_scenario_that_can_fail(pages) -> None:  # type: ignore[no-untyped-def]
    found = pages.scenarios()
    for claim in pages.CLAIMS:
        shown = [scenario for scenario in found if claim in scenario.claims]
        assert shown, f"no scenario shows {claim}"
        assert any(scenario.expectations for scenario in shown)
    assert set(pages.CLAIMS) == {f"C{number}" for number in range(1, 20)}


def test_the_page_of_claims_is_that_of_the_scenarios(pages) -> None:  # type: ignore[no-untyped-def]
    page = (ROOT / "docs" / "claims.md").read_text()
    assert page == pages.text(pages.scenarios()), "run: python docs/make_claims.py"
