"""The policies by the API: the same verbs as the pages."""

from __future__ import annotations

import pytest

from generation.repositories.judged.limits import current_version
from reviews.repositories.tiers import current_tier

PATH = "/api/v1/policies/"


def post(client, **body):
    return client.post(PATH, body, "application/json")


def test_everybody_signed_in_reads_every_policy(people, client_of, client):
    for name in people:
        found = client_of(name).get(PATH).json()
        assert [tier["name"] for tier in found["tiers"]] == ["quick", "standard", "strict"]
        assert found["tiers"][1]["policy"]["ltpd"] == 0.01
        assert len(found["limits"]) == 6
        assert found["limits"][0]["rules"]["singling_out_risk"]["passes"] == 0.09
    assert client.get(PATH).status_code == 401


def test_a_steward_makes_a_new_version_of_a_tier(client_of):
    made = post(client_of("cleo"), tier="standard", changes={"ltpd": 0.02}, reason="Small files.", seen=1)
    assert made.status_code == 201
    assert (made.json()["tiers"][0]["version"], current_tier("standard").ltpd) == (2, 0.02)
    stale = post(client_of("cleo"), tier="standard", changes={"ltpd": 0.03}, reason="Again.", seen=1)
    assert stale.status_code == 409
    assert "version 2 counts now" in stale.json()["detail"]


def test_a_steward_makes_a_new_version_of_the_limits_and_is_told_where_it_is_laxer(client_of):
    changes = {"rules": {"singling_out_risk": {"passes": 0.12}}}
    made = post(client_of("cleo"), purpose="training", changes=changes, reason="Few columns.", seen=1).json()
    assert made["limits"][0]["laxer_than_shipped"] == ["Singling out: passes at 0.12 (shipped: 0.09)."]
    assert made["limits"][0]["policy_version"] == current_version("training").label == "training 2 (2026-12)"


@pytest.mark.parametrize("name", ["ana", "ben", "dan", "eve", "nobody", "root"])
def test_nobody_else_changes_a_policy(name, client_of):
    assert post(client_of(name), tier="quick", changes={"ltpd": 0.02}, reason="Why not.", seen=1).status_code == 403


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"tier": "standard", "changes": {"ltpd": 2}}, "changes"),
        ({"tier": "standard", "changes": {"ltpd": "0.02"}}, "changes"),
        ({"tier": "standard", "changes": {"plan_kind": []}}, "changes"),
        ({"purpose": "training", "changes": {"rules": {"singling_out_risk": {"passes": -1}}}}, "changes"),
        ({"purpose": "training", "changes": {"rules": 3}}, "changes"),
        ({"purpose": "training", "tier": "quick", "changes": {}}, "non_field_errors"),
        ({"changes": {}}, "non_field_errors"),
        ({"tier": "lax", "changes": {}}, "tier"),
        ({"tier": "standard", "changes": []}, "changes"),
    ],
)
def test_what_makes_no_policy_is_a_bad_request_that_says_where(body, where, client_of):
    answer = post(client_of("cleo"), reason="To see.", seen=1, **body)
    assert answer.status_code == 400
    assert where in answer.json()["fields"]
