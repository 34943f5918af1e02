"""The administrator keeps accounts and roles, leaves a trace, and cannot give themselves a role."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.urls import reverse

from synthportal.models import AuditEvent, Person
from synthportal.roles import Role


def form_of(person: Person, *roles: str) -> dict[str, object]:
    groups = [str(Group.objects.get_or_create(name=role)[0].pk) for role in roles]
    return {
        "username": person.username,
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_active": "on",
        "groups": groups,
    }


def test_an_administrator_gives_a_role_and_the_trail_says_so(client_of, people):
    nobody = people["nobody"]
    url = reverse("admin:synthportal_person_change", args=[nobody.pk])
    assert client_of("root").post(url, form_of(nobody, "annotator")).status_code == 302
    assert Person.objects.get(pk=nobody.pk).roles == {Role.ANNOTATOR}
    event = AuditEvent.objects.get(action="account saved")
    assert (event.subject_id, event.facts["roles"]) == (str(nobody.pk), ["annotator"])


def test_an_administrator_cannot_give_themselves_a_role(client_of, people):
    root = people["root"]
    url = reverse("admin:synthportal_person_change", args=[root.pk])
    client_of("root").post(url, form_of(root, "steward"))
    assert Person.objects.get(pk=root.pk).roles == frozenset()


def test_nobody_is_deleted_and_the_trail_is_only_looked_at(client_of, people):
    root = client_of("root")
    assert root.get(reverse("admin:synthportal_person_delete", args=[people["ben"].pk])).status_code == 403
    assert root.get(reverse("admin:synthportal_auditevent_changelist")).status_code == 200
    assert root.get(reverse("admin:synthportal_auditevent_add")).status_code == 403


def test_people_without_the_staff_flag_do_not_see_the_admin_site(client_of):
    assert client_of("cleo").get(reverse("admin:synthportal_person_changelist")).status_code == 302
