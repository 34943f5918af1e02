"""Who sees and judges a review that is at hand: the same as the lists say, whoever asks and whatever team there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generation.models import Team
from generation.permissions import is_open_to, open_to
from reviews.models import Review
from reviews.permissions import desk_reviews_for, may_judge, may_see, reviews_for
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import World

People = dict[str, Person]


def no_team(world: World, people: People) -> None:
    """As a portal begins."""


def a_team_of_the_dataset(world: World, people: People) -> None:
    team = Team.objects.create(name="its own")
    team.datasets.add(world.run.dataset)
    team.members.set([people["ben"], people["cleo"]])


def a_team_of_the_owner(world: World, people: People) -> None:
    Team.objects.create(name="the owner's").members.set([people["ana"], people["bea"], people["eve"]])


def a_team_without_members(world: World, people: People) -> None:
    Team.objects.create(name="nobody's").datasets.add(world.run.dataset)


@pytest.mark.parametrize("status", [Review.Status.OPEN, Review.Status.REJECTED])
@pytest.mark.parametrize("teams", [no_team, a_team_of_the_dataset, a_team_of_the_owner, a_team_without_members])
def test_a_review_at_hand_is_seen_and_judged_by_whom_the_lists_have_it_for(
    world: World, people: People, teams: Callable[[World, People], None], status: Review.Status
) -> None:
    teams(world, people)
    for one in ("ana", "ben"):
        grant(people[one], Role.OWNER)
        grant(people[one], Role.ANNOTATOR)
    Review.objects.filter(pk=world.review.pk).update(status=status)
    review = Review.objects.select_related("run__dataset").get(pk=world.review.pk)

    for person in Person.objects.all():
        told = (may_see(person, review), may_judge(person, review), is_open_to(person, review.run.dataset))
        listed = tuple(
            found.filter(pk=pk).exists()
            for found, pk in (
                (reviews_for(person), review.pk),
                (desk_reviews_for(person), review.pk),
                (open_to(person), review.run.dataset_id),
            )
        )
        assert told == listed, person.username
