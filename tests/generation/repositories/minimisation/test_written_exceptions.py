"""A direct identifier that stays: by a steward's written exception alone, seen at the gate, signed by somebody else."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from generation.repositories.plans import latest_plan
from reviews.repositories.gate.dossier import collect
from reviews.repositories.release_facts import _exceptions
from reviews.stages.gate import signable, why_not_sign, why_not_sign_dossier
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import put_as_made, without_triggers
from tests.generation.door import page
from tests.generation.stages.test_minimise import PERSON, by_hand, treatment

pytestmark = pytest.mark.django_db

REASON = "The hospital agreed in writing on 4 May."


def address(dataset):
    return f"/api/v1/datasets/{dataset.pk}/exceptions/"


def write(client, dataset, column=PERSON, **more):
    body = {"column": column, "reason": REASON} | more
    return client.post(address(dataset), body, content_type="application/json")


def test_a_kept_identifier_is_refused_until_a_steward_writes_why(visited, client_of, ana):
    keeps = {"treatments": by_hand(treatment(PERSON, "keep"))}
    plan = f"/api/v1/datasets/{visited.pk}/plan/"
    refused = ana.put(plan, keeps, content_type="application/json")
    assert refused.status_code == 409
    assert "exception" in refused.content.decode()
    assert write(client_of("cleo"), visited).status_code == 201
    assert ana.put(plan, keeps, content_type="application/json").status_code == 200
    assert ana.post(f"/api/v1/datasets/{visited.pk}/minimise/").status_code == 202
    work_through(visited.pk)
    done = latest_plan(visited)
    assert (done.report["direct_left"], bool(done.minimised_sha256)) == ([PERSON], True)
    (written,) = ana.get(address(visited)).json()
    assert (written["by"], written["reason"], written["is_granted"]) == ("cleo", REASON, True)


def test_the_trail_names_column_and_person_and_not_the_reason(visited, client_of):
    assert write(client_of("cleo"), visited).status_code == 201
    event = AuditEvent.objects.get(action="exception written")
    assert event.facts["column"] == PERSON
    assert REASON not in str(event.facts)


@pytest.mark.parametrize("who", ["ana", "eve", "dan"])
def test_nobody_but_a_steward_writes_one_and_no_owner_for_their_own(visited, client_of, people, who):
    grant(people["ana"], Role.STEWARD)
    assert write(client_of(who), visited).status_code in {403, 404}
    assert visited.exceptions.count() == 0


@pytest.mark.parametrize(
    ("given", "says"), [({"column": "c99"}, "no such column"), ({"is_granted": False}, "No exception holds")]
)
def test_what_cannot_be_is_refused_in_a_sentence(visited, client_of, given, says):
    refused = write(client_of("cleo"), visited, **given)
    assert (refused.status_code, says in refused.content.decode()) == (409, True)


def test_an_exception_that_is_taken_back_counts_no_more(visited, client_of, ana):
    cleo = client_of("cleo")
    assert write(cleo, visited).status_code == 201
    assert write(cleo, visited).status_code == 409
    assert write(cleo, visited, is_granted=False).status_code == 201
    keeps = {"treatments": by_hand(treatment(PERSON, "keep"))}
    assert ana.put(f"/api/v1/datasets/{visited.pk}/plan/", keeps, content_type="application/json").status_code == 409


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE generation_writtenexception SET reason = 'none'",
        "DELETE FROM generation_writtenexception",
        'INSERT INTO generation_writtenexception (dataset_id, "column", is_granted, reason, by_id, created_at) '
        "SELECT e.dataset_id, 'c1', true, 'mine', d.owner_id, e.created_at FROM generation_writtenexception e "
        "JOIN generation_dataset d ON d.id = e.dataset_id",
    ],
)
def test_the_database_keeps_what_was_written_and_lets_no_owner_write(visited, client_of, sql):
    assert write(client_of("cleo"), visited).status_code == 201
    with pytest.raises(DatabaseError, match="exception"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert visited.exceptions.count() == 1


def test_the_page_shows_a_steward_the_form_and_everybody_what_was_written(visited, client_of, ana):
    place = reverse("written_exception", args=[visited.pk, PERSON])
    cleo = client_of("cleo")
    assert "Write the exception" in page(cleo.get(place))
    empty = cleo.post(place, {"is_granted": "yes", "reason": ""})
    assert empty.status_code == 422
    assert cleo.post(place, {"is_granted": "yes", "reason": REASON}).status_code == 302
    seen = page(ana.get(place))
    assert REASON in seen
    assert "Take the exception back" not in seen


# ---- The gate -----------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(world, client_of):
    """The world, whose plan is said to leave the identifiers of its first column, by Cleo's exception."""
    column = world.run.plan.treatments[0]["column"]
    world.run.plan.report |= {"direct_left": [column]}
    put_as_made(world.run.plan)
    return world, column


def minimisation(run):
    return next(line for line in collect(run).conditions if line.name == "minimisation")


def test_the_gate_is_shut_without_the_exception_and_open_to_eyes_with_it(kept, client_of):
    world, column = kept
    assert not minimisation(world.run).met
    assert write(client_of("cleo"), world.dataset, column).status_code == 201
    line = minimisation(world.run)
    assert (line.met, line.needs_eyes) == (True, True)
    assert REASON in line.evidence
    assert REASON in " ".join(_exceptions(world.run))
    assert write(client_of("cleo"), world.dataset, column, is_granted=False).status_code == 201
    assert not minimisation(world.run).met


def test_an_exception_that_was_taken_back_does_not_hold_again_when_that_row_is_deleted(kept, client_of):
    world, column = kept
    write(client_of("cleo"), world.dataset, column)
    assert collect(world.run).facts.touched == ()
    write(client_of("cleo"), world.dataset, column, is_granted=False)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM generation_writtenexception WHERE NOT is_granted")
    assert minimisation(world.run).met
    (fault,) = collect(world.run).facts.touched
    assert "taken back" in fault


def test_who_wrote_it_does_not_sign_and_another_steward_does(kept, client_of, people):
    world, column = kept
    grant(people["eve"], Role.STEWARD)
    assert why_not_sign(people["cleo"], world.run) == []
    write(client_of("cleo"), world.dataset, column)
    assert "let direct identifiers" in " ".join(why_not_sign(people["cleo"], world.run))
    assert why_not_sign_dossier(people["cleo"], collect(world.run)) == why_not_sign(people["cleo"], world.run)
    assert signable(people["cleo"], [world.review]) == []
    assert signable(people["eve"], [world.review]) == [world.review]
