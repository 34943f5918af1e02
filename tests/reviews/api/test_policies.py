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


def decide(client, **body):
    return client.post(f"{PATH}decisions/", body, "application/json")


def test_a_version_of_a_tier_counts_when_a_second_steward_has_confirmed_it(client_of):
    made = post(client_of("cleo"), tier="standard", changes={"ltpd": 0.02}, reason="Small files.", seen=1)
    assert made.status_code == 201
    assert made.json()["changed"] == ["Leak rate to be refused: 2 %, before 1 %."]
    assert client_of("eve").get(PATH).json()["waiting"] == [made.json()]
    assert current_tier("standard").ltpd == 0.01
    said = {"tier": "standard", "version": 2, "holds": True, "note": "Agreed."}
    own = decide(client_of("cleo"), **said)
    assert (own.status_code, "another steward confirms it" in own.json()["detail"]) == (403, True)
    assert decide(client_of("cora"), **said | {"note": " "}).status_code == 400
    assert decide(client_of("eve"), **said).status_code == 403
    assert decide(client_of("cora"), **said).json()["tiers"][1]["version"] == 2
    assert decide(client_of("cora"), **said).status_code == 409
    assert current_tier("standard").ltpd == 0.02
    stale = post(client_of("cleo"), tier="standard", changes={"ltpd": 0.03}, reason="Again.", seen=1)
    assert stale.status_code == 409
    assert "version 2 counts now" in stale.json()["detail"]


def test_a_version_of_the_limits_is_told_laxer_and_counts_when_confirmed(client_of):
    changes = {"rules": {"singling_out_risk": {"passes": 0.12}}}
    made = post(client_of("cleo"), purpose="training", changes=changes, reason="Few columns.", seen=1).json()
    assert made["laxer_than_shipped"] == ["Singling out: passes at 0.12 (shipped: 0.09)."]
    assert current_version("training").number == 1
    said = {"purpose": "training", "version": 2, "holds": True, "note": "Agreed."}
    limits = decide(client_of("cora"), **said).json()["limits"]
    assert next(one for one in limits if one["purpose"] == "training")["policy_version"] == "training 2 (2026-12)"
    assert current_version("training").label == "training 2 (2026-12)"


def test_a_refused_version_never_counts_and_the_next_one_has_the_next_number(client_of):
    post(client_of("cleo"), tier="standard", changes={"ltpd": 0.02}, reason="Small files.", seen=1)
    waits = post(client_of("cora"), tier="standard", changes={"ltpd": 0.03}, reason="Smaller.", seen=1)
    assert (waits.status_code, "waits for a second steward" in waits.json()["detail"]) == (409, True)
    decide(client_of("cleo"), tier="standard", version=2, holds=False, note="I take it back.")
    assert current_tier("standard").version == 1
    made = post(client_of("cora"), tier="standard", changes={"ltpd": 0.03}, reason="Smaller.", seen=1)
    assert made.json()["version"] == 3


def test_below_the_floor_of_the_administrator_nobody_goes(client_of, settings):
    settings.LEAST_CONFIDENCE, settings.LARGEST_LEAK_RATE = 0.9, 0.05
    settings.LEAST_CONTROLS, settings.PRIVACY_LIMIT_FACTOR = 20, 1.5
    for changes, words in (
        ({"confidence": 0.8}, "confidence is below 90 %"),
        ({"ltpd": 0.5}, "ltpd is above 5 %"),
        ({"control_rate": 0.0}, "fewer than 20 controls"),
    ):
        refused = post(client_of("cleo"), tier="standard", changes=changes, reason="Faster.", seen=1)
        assert (refused.status_code, words in str(refused.json())) == (400, True)
    changes = {"rules": {"singling_out_risk": {"blocks": 0.98}}}
    refused = post(client_of("cleo"), purpose="training", changes=changes, reason="Faster.", seen=1)
    assert (refused.status_code, "at most 1.5 times as lax" in str(refused.json())) == (400, True)
    page = client_of("cleo").post("/policies/limits/training/", {"seen": 1, "blocks-singling_out_risk": "0.98"})
    assert page.status_code == 200


def test_a_version_is_not_confirmed_when_the_floor_rose_meanwhile(client_of, settings):
    post(client_of("cleo"), tier="standard", changes={"ltpd": 0.2}, reason="Small files.", seen=1)
    settings.LARGEST_LEAK_RATE = 0.05
    said = {"tier": "standard", "version": 2, "holds": True, "note": "Agreed."}
    refused = decide(client_of("cora"), **said)
    assert (refused.status_code, "ltpd is above 5 %" in refused.json()["detail"]) == (409, True)
    assert decide(client_of("cora"), **said | {"holds": False}).status_code == 201


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
