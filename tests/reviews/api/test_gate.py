"""The signature by the API: bound to the dossier that the gate showed."""

from __future__ import annotations

import pytest

from generation.tasks import submit_evaluation
from reviews.models import Release
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import waive_condition
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from tests.cast import agree_limits
from tests.reviews.signing import all_seen


def sign(client, run, **sent):
    return client.post(f"/api/v1/runs/{run.pk}/release/", sent, content_type="application/json")


@pytest.mark.parametrize("sent", [{}, {"dossier_hash": ""}])
def test_a_signature_without_the_dossier_hash_is_a_bad_request_in_words(reviewed, client_of, sent):
    answer = sign(client_of("cleo"), reviewed.run, **sent)
    assert answer.status_code == 400
    assert "say which dossier you had before you" in answer.content.decode()
    assert not Release.objects.exists()


def test_a_signature_of_another_dossier_is_a_conflict_and_of_the_one_shown_a_release(reviewed, client_of):
    assert sign(client_of("cleo"), reviewed.run, dossier_hash="0" * 64).status_code == 409
    assert sign(client_of("cleo"), reviewed.run, dossier_hash="no digest").status_code == 400
    shown = client_of("cleo").get(f"/api/v1/runs/{reviewed.run.pk}/gate/").json()["dossier_hash"]
    assert shown == collect(reviewed.run).hash
    assert sign(client_of("cleo"), reviewed.run, **all_seen(reviewed.run)).status_code == 201


def test_a_signature_names_every_condition_that_needs_eyes_or_is_told_which_are_missing(reviewed, client_of, people):
    agree_limits("training", {"rules": {"singling_out_risk": {"passes": 0.12}}}, reason="Few.")
    submit_evaluation(reviewed.run, by=people["cleo"])
    work_through(reviewed.run.pk)
    for line in collect(reviewed.run).unmet:
        waive_condition(reviewed.run, line.name, reason="Good enough for a first pilot.", by=people["cora"])
    gate = client_of("cleo").get(f"/api/v1/runs/{reviewed.run.pk}/gate/").json()
    needing = [line["name"] for line in gate["conditions"] if line["met"] and line["needs_attention"]]
    assert "limits" in needing
    seen = [name for name in needing if name != "limits"]
    refused = sign(client_of("cleo"), reviewed.run, dossier_hash=gate["dossier_hash"], seen=seen)
    assert refused.status_code == 400
    assert "“Judged by the limits that hold now” (limits)" in refused.json()["detail"]
    assert all(f"({name})" not in refused.json()["detail"] for name in seen)
    assert not Release.objects.exists()
    signed = sign(client_of("cleo"), reviewed.run, dossier_hash=gate["dossier_hash"], seen=needing)
    assert signed.status_code == 201
    assert AuditEvent.objects.get(action="released", subject_kind="release").facts["seen"] == needing


def test_who_cannot_sign_is_told_so_before_anything_else(reviewed, client_of):
    assert sign(client_of("ana"), reviewed.run).status_code == 403
    assert sign(client_of("ben"), reviewed.run).status_code == 404
