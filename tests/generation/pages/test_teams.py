"""Teams: administrators make them; until then everybody sees what their role sees."""

from __future__ import annotations

from django.test import Client

from generation.models import Dataset, Team
from generation.permissions import datasets_for, open_to
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import create_key


def dataset(owner: Person, name: str) -> Dataset:
    return Dataset.objects.create(
        owner=owner, name=name, key=create_key(), purpose="training", size=1, sha256="ab" * 32
    )


def names(person: Person) -> set[str]:
    return set(datasets_for(person).values_list("name", flat=True))


def as_root(people: dict[str, Person]) -> Client:
    client = Client()
    client.force_login(people["root"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_without_a_team_everybody_sees_what_they_saw(people):
    dataset(people["ana"], "incomes")
    assert [names(people[name]) for name in ("ana", "cleo", "eve", "dan")] == [{"incomes"}] * 3 + [set()]
    assert open_to(people["ben"]).count() == 1


def test_a_dataset_in_two_teams_is_seen_by_both_and_a_team_of_others_closes_nothing_else(people):
    first, second, third = (dataset(people["ana"], name) for name in ("first", "second", "third"))
    for name, person, inside in (("red", "cleo", [first, second]), ("blue", "eve", [second])):
        team = Team.objects.create(name=name)
        team.members.add(people[person])
        team.datasets.set(inside)
    assert names(people["cleo"]) == {"first", "second", "third"}
    assert names(people["eve"]) == {"second", "third"}
    assert names(people["ana"]) == {"first", "second", "third"}
    assert third in open_to(people["ben"])


def test_what_an_owner_of_a_team_brings_in_belongs_to_it_without_a_step(people):
    team = Team.objects.create(name="red")
    team.members.set([people["ana"], people["cleo"]])
    dataset(people["ana"], "new")
    assert (names(people["cleo"]), names(people["eve"])) == ({"new"}, set())


def test_an_administrator_makes_a_team_and_the_trail_names_who_came_and_went(people):
    client, one = as_root(people), dataset(people["ana"], "incomes")
    body = {"name": "red", "members": [people["cleo"].pk, people["ben"].pk], "datasets": [str(one.pk)]}
    assert client.post("/people/teams/", body).status_code == 302
    team = Team.objects.get()
    assert names(people["eve"]) == set()
    assert client.post(f"/people/teams/{team.pk}/", body | {"members": [people["eve"].pk]}).status_code == 302
    assert (names(people["cleo"]), names(people["eve"])) == (set(), {"incomes"})
    facts = AuditEvent.objects.filter(action="team changed").first().facts
    assert (facts["came"], facts["went"]) == ([people["eve"].pk], sorted([people["ben"].pk, people["cleo"].pk]))
    assert "incomes" in client.get(f"/people/teams/{team.pk}/").content.decode()


def test_nobody_puts_themselves_into_a_team(people):
    grant(people["root"], Role.STEWARD)
    answer = as_root(people).post("/people/teams/", {"name": "mine", "members": [people["root"].pk]})
    assert answer.status_code == 422
    assert "Another administrator" in answer.content.decode()
    assert not Team.objects.exists()


def test_two_teams_of_one_name_are_refused_in_words(people):
    client = as_root(people)
    assert client.post("/people/teams/", {"name": "red"}).status_code == 302
    assert "Another team has this name." in client.post("/people/teams/", {"name": "red"}).content.decode()
