from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def _plan(*arguments: str) -> str:
    out = StringIO()
    call_command("plan", *arguments, stdout=out)
    return out.getvalue()


def test_one_percent_of_ten_thousand_needs_294_records_and_says_the_hours() -> None:
    text = _plan("--lot", "10000", "--ltpd", "1%", "--confidence", "95%", "--seconds", "30", "--reviews", "2")
    assert "Review 294 of 10,000 records; at most 0 may leak." in text
    assert "Cost: at most 4.9 hours." in text


def test_json_carries_the_plan_and_its_curve() -> None:
    facts = json.loads(_plan("--lot", "1000000", "--ltpd", "0.01", "--confidence", "0.95", "--accept", "2", "--json"))
    assert (facts["n"], facts["accept"]) == (628, 2)
    assert facts["oc"][0] == {"rate": 0.0, "accept": 1.0, "expected_records": 628.0}
    at_limit = next(point for point in facts["oc"] if point["rate"] == 0.01)
    assert 0.049 < at_limit["accept"] <= 0.05


def test_a_sequential_plan_lists_its_looks_and_stays_within_its_risk() -> None:
    facts = json.loads(_plan("--lot", "39073", "--ltpd", "0.01", "--confidence", "0.95", "--sequential", "--json"))
    assert facts["kind"] == "sequential"
    assert len(facts["looks"]) > 3
    assert next(point for point in facts["oc"] if point["rate"] == 0.01)["accept"] <= 0.05


@pytest.mark.parametrize("arguments", [("--ltpd", "1"), ("--ltpd", "x"), ("--ltpd", "1%", "--accept", "-1")])
def test_a_plan_that_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        _plan(*arguments)
