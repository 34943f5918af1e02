"""Administrators keep people and roles, see no password, and become no second person."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from synthportal.models import AccountLink, AuditEvent, Notice, Person, RoleRequest
from synthportal.people.accounts.links import digest_of, send_link
from synthportal.people.accounts.roles import decide_role, give_role
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from tests import cast
from tests.cast import PASSWORD

PEOPLE = "/people/"
CHOSEN = "the one that zoe chose herself"


def page_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def invite(client: Client, *roles: str, login: str = "zoe"):
    return client.post(PEOPLE, {"name": "Zoe Adler", "login": login, "roles": roles})


def secret_in(answer) -> str:
    found = re.search(r"/people/password/([\w-]{20,})/", answer.content.decode())
    assert found
    return found[1]


def set_password(secret: str, password: str = CHOSEN):
    """What somebody does who has the link, in a browser of their own."""
    browser = Client()
    opened = browser.get(f"/people/password/{secret}/")
    if opened.status_code != 302:
        return opened
    assert opened.headers["Location"] == "/people/password/"
    return browser.post("/people/password/", {"password": password, "again": password})


def signs_in(name: str, password: str) -> bool:
    return Client().post(reverse("login"), {"username": name, "password": password}).status_code == 302


def request_path() -> str:
    """Of the one role that waits for a second person."""
    return reverse("role_request", args=[RoleRequest.objects.get(decided_at=None).pk])


def second_administrator(people) -> Person:
    give_role(people["dan"], "administrator")
    return Person.objects.get(pk=people["dan"].pk)


def sign_up(person: Person, *, by: Person) -> None:
    """The person sets a password with a link of this administrator."""
    assert set_password(send_link(person, AccountLink.Kind.INVITE, by=by).secret).status_code == 302


def test_a_person_is_invited_with_two_fields_and_sets_their_own_password(client_of, people):
    shown = invite(client_of("root"), "annotator")
    assert "no-store" in shown.headers["Cache-Control"]
    zoe = Person.objects.get(username="zoe")
    assert (zoe.roles, zoe.has_usable_password()) == ({Role.ANNOTATOR}, False)
    secret = secret_in(shown)
    assert AccountLink.objects.get().digest == digest_of(secret) != secret
    assert set_password(secret).headers["Location"] == reverse("login")
    assert signs_in("zoe", CHOSEN)
    assert AuditEvent.objects.filter(action="link used").exists()


def test_a_link_works_once_until_it_expires_and_until_a_newer_one_is_made(client_of, people):
    root = client_of("root")
    first = secret_in(invite(root, "auditor"))
    zoe = Person.objects.get(username="zoe")
    second = secret_in(root.post(f"{PEOPLE}{zoe.pk}/link/"))
    assert set_password(first).status_code == 409
    assert set_password(second).status_code == 302
    assert set_password(second, "another one of theirs").status_code == 409
    late = send_link(zoe, AccountLink.Kind.RESET, by=people["root"]).secret
    with cast.without_triggers():
        AccountLink.objects.filter(digest=digest_of(late)).update(expires_at=timezone.now() - timedelta(seconds=1))
    refused = set_password(late)
    assert (refused.status_code, "Ask an administrator for another one" in page_of(refused)) == (409, True)


def test_a_password_that_is_too_easy_is_refused_beside_its_field(client_of, people):
    secret = secret_in(invite(client_of("root")))
    refused = set_password(secret, "12345")
    assert (refused.status_code, "too short" in page_of(refused)) == (422, True)
    assert set_password(secret).status_code == 302


def test_an_invitation_goes_by_mail_where_the_portal_sends_mail_and_is_shown_to_nobody(client_of, settings, people):
    settings.SENDS_MAIL, settings.PUBLIC_URL = True, "https://portal.example.org"
    shown = invite(client_of("root"), "owner", login="zoe@example.org")
    assert "/people/password/" not in shown.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["zoe@example.org"]
    found = re.search(r"https://portal.example.org/people/password/([\w-]+)/", sent.body)
    assert set_password(found[1]).status_code == 302


def test_the_role_of_a_steward_waits_until_a_second_person_confirms_it(client_of, people):
    invite(client_of("root"), "steward", "auditor")
    zoe, asked = Person.objects.get(username="zoe"), RoleRequest.objects.get()
    assert zoe.roles == {Role.AUDITOR}
    path = reverse("role_request", args=[asked.pk])
    assert client_of("root").post(path, {"do": "confirm"}).status_code == 403
    assert client_of("ana").post(path, {"do": "confirm"}).status_code == 404
    assert "waits for a second person" in page_of(client_of("cleo").get("/notices/"))
    sign_up(zoe, by=second_administrator(people))
    assert client_of("cleo").post(path, {"do": "confirm"}).status_code == 302
    assert Person.objects.get(pk=zoe.pk).roles == {Role.AUDITOR, Role.STEWARD}
    assert Notice.objects.filter(person=zoe, words__startswith="The role steward was asked for you.").exists()
    assert client_of("cleo").post(path, {"do": "confirm"}).status_code == 409


def test_a_refused_role_is_not_given_and_who_asked_can_take_it_back(client_of, people):
    invite(client_of("root"), "steward")
    path = reverse("role_request", args=[RoleRequest.objects.get().pk])
    assert client_of("root").post(path, {"do": "refuse"}).status_code == 302
    assert Person.objects.get(username="zoe").roles == frozenset()


def test_roles_are_ticked_in_one_step_and_the_person_is_told(client_of, people):
    path = reverse("person", args=[people["ben"].pk])
    assert client_of("root").post(path, {"roles": ["auditor", "ML engineer"]}).status_code == 302
    assert Person.objects.get(pk=people["ben"].pk).roles == {Role.AUDITOR, Role.ENGINEER}
    event = AuditEvent.objects.get(action="roles changed")
    assert event.facts == {"given": ["ML engineer", "auditor"], "taken": ["annotator"]}
    assert Notice.objects.get(person=people["ben"]).words == "Your roles were changed."


def test_a_reset_by_an_administrator_leaves_no_steward_behind_until_a_second_person_confirms(client_of, people):
    """The administrator opens the link, and signs in as the steward: who signs nothing now, and is told."""
    shown = client_of("root").post(reverse("person_link", args=[people["cleo"].pk]))
    assert Person.objects.get(pk=people["cleo"].pk).roles == {Role.STEWARD}
    assert Notice.objects.filter(person=people["cleo"], words__contains="If you did not ask for it").exists()
    assert set_password(secret_in(shown)).status_code == 302
    assert Person.objects.get(pk=people["cleo"].pk).roles == frozenset()
    path = request_path()
    assert client_of("root").post(path, {"do": "confirm"}).status_code == 403
    refused = client_of("cora").post(path, {"do": "confirm"})
    assert (refused.status_code, "with a link of one of the two" in page_of(refused)) == (403, True)
    sign_up(people["cleo"], by=second_administrator(people))
    assert client_of("cora").post(path, {"do": "confirm"}).status_code == 302
    assert Person.objects.get(pk=people["cleo"].pk).roles == {Role.STEWARD}


def test_nobody_becomes_a_steward_whose_password_is_still_to_be_set_by_whoever_opens_the_link(client_of, people):
    """Invited as a steward, confirmed by a colleague, and the link kept: whoever kept it would sign as a steward."""
    secret = secret_in(invite(client_of("root"), "steward"))
    refused = client_of("cleo").post(request_path(), {"do": "confirm"})
    assert (refused.status_code, "has not set a password yet" in page_of(refused)) == (403, True)
    assert "has not set a password yet" in page_of(client_of("cleo").get(PEOPLE))
    assert set_password(secret).status_code == 302
    assert client_of("cleo").post(request_path(), {"do": "confirm"}).status_code == 403
    assert Person.objects.get(username="zoe").roles == frozenset()


def test_a_role_of_two_waits_again_when_an_invitation_is_opened_after_it_was_given(client_of, people):
    secret = secret_in(invite(client_of("root"), "auditor"))
    zoe = Person.objects.get(username="zoe")
    give_role(zoe, "steward")
    give_role(zoe, "administrator")
    assert set_password(secret).status_code == 302
    zoe = Person.objects.get(username="zoe")
    assert (zoe.roles, zoe.is_administrator) == ({Role.AUDITOR}, False)
    assert {one.role for one in RoleRequest.objects.filter(decided_at=None)} == {"steward", "administrator"}


def test_whoever_reset_an_annotator_does_not_get_a_steward_out_of_that_account(client_of, people):
    root, path = client_of("root"), reverse("person", args=[people["ben"].pk])
    assert set_password(secret_in(root.post(f"{path}link/"))).status_code == 302
    assert root.post(path, {"roles": ["annotator", "steward"]}).status_code == 302
    assert client_of("cleo").post(request_path(), {"do": "confirm"}).status_code == 403
    assert Person.objects.get(pk=people["ben"].pk).roles == {Role.ANNOTATOR}
    assert client_of("cleo").post(request_path(), {"do": "refuse"}).status_code == 302


def test_who_made_the_link_is_not_the_second_person_for_the_role(client_of, people):
    second = second_administrator(people)
    invite(client_of("root"), "steward")
    sign_up(Person.objects.get(username="zoe"), by=second)
    assert client_of(second.username).post(request_path(), {"do": "confirm"}).status_code == 403
    assert client_of("cleo").post(request_path(), {"do": "confirm"}).status_code == 302


def test_at_the_machine_too_a_role_of_two_is_given_once_a_password_is_set(client_of, people):
    secret = secret_in(invite(client_of("root"), "auditor"))
    with pytest.raises(CommandError, match="has not set a password yet"):
        call_command("role", "zoe", "steward")
    assert set_password(secret).status_code == 302
    call_command("role", "zoe", "steward", stdout=StringIO())
    assert Role.STEWARD in Person.objects.get(username="zoe").roles


def test_an_administrator_cannot_give_themselves_a_role_nor_close_their_own_account(client_of, people):
    root = people["root"]
    assert client_of("root").post(reverse("person", args=[root.pk]), {"roles": ["steward"]}).status_code == 403
    assert client_of("root").post(reverse("person_open", args=[root.pk]), {"open": "no"}).status_code == 403
    assert client_of("root").post(reverse("person_link", args=[root.pk])).status_code == 403
    assert Person.objects.get(pk=root.pk).roles == frozenset()


def test_a_closed_account_is_signed_out_everywhere(client_of, people):
    ben = client_of("ben")
    client_of("root").post(reverse("person_open", args=[people["ben"].pk]), {"open": "no"})
    assert ben.get("/").status_code == 302
    assert not signs_in("ben", PASSWORD)


def test_an_account_that_is_opened_again_gives_back_no_old_session_and_no_old_token(client_of, people):
    ben, root = client_of("ben"), client_of("root")
    _, secret = create_token(people["ben"], "notebook", days=1, can_write=False)
    program = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/datasets/", headers=program).status_code == 200
    for is_open in ("no", "yes"):
        root.post(reverse("person_open", args=[people["ben"].pk]), {"open": is_open})
    assert ben.get("/").status_code == 302
    assert Client().get("/api/v1/datasets/", headers=program).status_code == 401
    assert signs_in("ben", PASSWORD)


def test_a_small_portal_says_in_words_what_it_cannot_do(client_of, people):
    page = page_of(client_of("root").get(PEOPLE))
    assert "There is one administrator: a steward confirms what they ask for" in page
    assert "There is one steward" not in page
    people["cora"].groups.clear()
    assert "There is one steward: policies and limits cannot be changed" in page_of(client_of("root").get(PEOPLE))
    people["cleo"].groups.clear()
    assert "manage.py role NAME steward" in page_of(client_of("root").get("/"))


def test_where_roles_meet_on_one_dataset_the_page_says_so(client_of, people, world):
    client_of("root").post(reverse("person", args=[people["ana"].pk]), {"roles": ["owner", "annotator"]})
    page = page_of(client_of("root").get(PEOPLE))
    assert "Judges no record of their own datasets." in page
    assert "Owns 1 dataset: somebody else has to judge there." in page


def test_the_home_of_an_administrator_leads_to_people_and_roles(client_of, people):
    page = page_of(client_of("root").get("/"))
    assert 'href="/people/"' in page
    assert "Ask the administrator" not in page


@pytest.mark.parametrize("name", ["synthportal.person", "synthportal.auditevent"])
def test_the_stock_admin_site_is_only_looked_at(name, client_of, people):
    model = name.replace(".", "_")
    root, key = client_of("root"), people["ben"].pk
    assert root.get(reverse(f"admin:{model}_changelist")).status_code == 200
    assert root.get(reverse(f"admin:{model}_add")).status_code == 403
    if model.endswith("person"):
        shown = root.get(reverse("admin:synthportal_person_change", args=[key]))
        assert "pbkdf2" not in shown.content.decode()
        assert "md5$" not in shown.content.decode()
        assert root.post(reverse("admin:synthportal_person_change", args=[key]), {"groups": [1]}).status_code == 403
        assert root.post(f"/admin/synthportal/person/{key}/password/", {"password1": CHOSEN}).status_code in {302, 404}
        assert root.post(reverse("admin:synthportal_person_delete", args=[key])).status_code == 403
        assert signs_in("ben", PASSWORD)


def test_people_without_the_staff_flag_do_not_see_the_admin_site(client_of):
    assert client_of("cleo").get(reverse("admin:synthportal_person_changelist")).status_code == 302


@pytest.mark.both
def test_the_database_gives_no_role_by_one_person_and_no_link_twice(people):
    asked = RoleRequest.objects.create(person=people["dan"], role="steward", asked_by=people["root"])
    said = "UPDATE synthportal_rolerequest SET decided_by_id = %s, decided_at = created_at, is_granted = %s"
    for person in ("root", "dan"):
        with pytest.raises(DatabaseError, match="second person"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(said, [people[person].pk, True])
    decide_role(asked, is_granted=True, by=people["cleo"])
    with pytest.raises(DatabaseError, match="once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(said, [people["cora"].pk, False])
    send_link(people["dan"], AccountLink.Kind.RESET, by=people["root"])
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE synthportal_accountlink SET digest = %s", ["ab" * 32])
