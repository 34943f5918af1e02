"""Conditions, balance and shifts on the form of a run: one unit a field, and each error beside its line."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from generation.models import GenerationRun
from generation.repositories.compositions import composition_of
from generation.tasks import submit_look
from synthportal.jobs.here import work_through
from tests.generation.door import page

POSTED = {"synthesizer": "trees", "rows": "200", "tier": "quick", "seed": "3"}


@pytest.fixture
def known(world):
    """The world's dataset once the portal has found the values to choose from."""
    submit_look(world.dataset, by=world.dataset.owner)
    work_through(world.dataset.pk)
    return world.dataset


def term(dataset, label, value):
    return json.dumps([next(column["name"] for column in dataset.schema if column["label"] == label), value])


def sent(ana, dataset, **asked):
    return ana.post(
        reverse("run_new", args=[dataset.pk]), POSTED | {name.replace("_", "-"): v for name, v in asked.items()}
    )


def beside(response, line):
    """The errors beside one line of the form."""
    found = re.search(rf'id="{line}-error">(.*?)</div>', page(response), re.DOTALL)
    assert found, line
    return unescape(re.sub(r"<[^>]+>", " ", found[1])).strip()


def test_fifty_and_fifty_per_cent_are_two_halves(known, ana):
    assert sent(ana, known, balance_0="50", balance_1="50 %").status_code == 302
    shares = composition_of(GenerationRun.objects.get(number=2))["balance"]["shares"]
    assert set(shares.values()) == {0.5}


def test_point_five_and_point_five_are_refused_beside_the_balance_with_what_to_write(known, ana):
    refused = sent(ana, known, balance_0=".5", balance_1=".5")
    assert refused.status_code == 422
    said = beside(refused, "balance")
    assert "The shares of all 2 classes sum to 1 % and must sum to 100 %" in said
    assert "write 50 % and 50 %" in said
    assert 'value=".5"' in page(refused)
    assert "why is said beside its lines" in page(refused)


def test_a_share_that_is_none_is_refused_beside_its_class_in_per_cent(known, ana):
    refused = sent(ana, known, balance_0="40", balance_1="most")
    assert refused.status_code == 422
    assert beside(refused, "balance-1") == "A share in per cent is a number from 0 to 100."
    assert beside(refused, "balance-0") == ""
    assert "from 0 to 1," not in page(refused)
    assert page(refused).count('aria-invalid="true"') == 1


def test_errors_stand_beside_the_second_condition_and_the_shift_that_they_are_about(known, ana):
    female = term(known, "sex", "Female")
    refused = sent(
        ana, known, **{"condition-0-term-0": female, "condition-0-amount": "20"},
        **{"condition-3-term-0": female, "condition-3-amount": "2.5"},
        **{"shift-0-term-0": female, "shift-0-amount": "130", "shift-0-by": "share"},
        **{"shift-1-term-0": female, "shift-1-amount": "-1", "shift-1-by": "factor"},
    )  # fmt: skip
    assert refused.status_code == 422
    assert beside(refused, "condition-0") == ""
    assert beside(refused, "condition-3") == "The number of records (rows) is a whole number of at least 1."
    assert beside(refused, "shift-0") == "A share in per cent is a number from 0 to 100."
    assert "number of at least 0" in beside(refused, "shift-1")


def test_what_cannot_be_reached_is_refused_beside_its_line_with_what_is_possible(known, ana):
    refused = sent(ana, known, **{"condition-0-term-0": term(known, "sex", "Female"), "condition-0-amount": "201"})
    assert beside(refused, "condition-0").startswith("Asks for 201 of 200 records. Possible: 0 to 200 records")


def test_lines_of_the_yaml_are_refused_beside_the_yaml(known, ana):
    refused = sent(ana, known, asked="shifts: [{where: {sex: Female}, share: 7}]")
    assert "Shift 1: a share is a part of 1" in beside(refused, "asked-yaml")
    assert sent(ana, known, asked="shifts: [{where: {sex: Female}, share: 40 %}]").status_code == 302


def test_the_api_names_the_line_the_unit_and_what_would_be_possible(known, ana):
    url = f"/api/v1/datasets/{known.pk}/runs/"

    def asked(**more):
        answer = ana.post(url, {"synthesizer": "trees", "rows": 200, **more}, "application/json")
        return answer.status_code, answer.json().get("reasons")

    code, (reason,) = asked(balance={"shares": {"<=50K": 50}})
    assert code == 409
    assert reason.startswith("Balance, class 1: a share is a part of 1, a number from 0 to 1, or per cent")
    code, (reason,) = asked(balance={"shares": {"<=50K": 0.5, ">50K": 0.4}})
    assert (code, "sum to 90 % and must sum to 100 %" in reason) == (409, True)
    assert asked(balance={"shares": {"<=50K": "50 %", ">50K": 0.5}})[0] == 201
