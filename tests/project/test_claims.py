"""Every claim of the course has a scenario that shows it, and the page of claims says which."""

from __future__ import annotations

import make_claims
from conftest import ROOT


def test_every_claim_has_a_scenario_that_can_fail() -> None:
    found = make_claims.scenarios()
    for claim in make_claims.CLAIMS:
        shown = [scenario for scenario in found if claim in scenario.claims]
        assert shown, f"no scenario shows {claim}"
        assert any(scenario.expectations for scenario in shown)
    assert set(make_claims.CLAIMS) == {f"C{number}" for number in range(1, 20)}


def test_the_page_of_claims_is_that_of_the_scenarios() -> None:
    page = (ROOT / "docs" / "claims.md").read_text()
    assert page == make_claims.text(make_claims.scenarios()), "run: python docs/make_claims.py"
