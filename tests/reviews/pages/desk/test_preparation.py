"""What is before people when they judge: guidelines of the dataset, practice, meanings; what became of their flags."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generation.stages.declare import describe_columns
from reviews.engine.reading.practice import EXERCISES
from reviews.models import Assignment, Guidelines, Review
from reviews.tasks import remind_assigned
from synthportal.models import AuditEvent, Notice
from tests.cast import World
from tests.reviews.pages.door import SCRIPT, People, SignIn, desk_of, flag, held_by, look, post_verdict, text

SAID = {
    "words": "Codes of towns are public here.",
    "flags": "A name in the notes.\n\nA phone number.",
    "false_alarms": "",
}


def guidelines_of(world: World) -> str:
    return reverse("guidelines", args=[world.dataset.pk])


def test_what_a_steward_writes_stands_beside_the_record_in_versions(
    world: World, client_of: SignIn, people: People
) -> None:
    cleo = client_of("cleo")
    assert cleo.post(guidelines_of(world), SAID).status_code == 302
    shown = text(client_of("ben").get(desk_of(world)))
    assert "Codes of towns are public here." in shown
    assert "A name in the notes. A phone number." in shown
    assert cleo.post(guidelines_of(world), SAID).status_code == 422
    cleo.post(guidelines_of(world), SAID | {"false_alarms": "The word hammer."})
    assert [one.version for one in Guidelines.objects.all()] == [2, 1]
    assert "The word hammer." in text(client_of("ana").get(guidelines_of(world)))
    assert AuditEvent.objects.filter(action="guidelines written").count() == 2


def test_an_owner_reads_the_guidelines_and_cannot_write_what_is_to_be_overlooked(
    world: World, client_of: SignIn
) -> None:
    assert client_of("ana").post(guidelines_of(world), SAID).status_code == 403
    assert not Guidelines.objects.exists()
    assert "Nothing of its own yet" in text(client_of("ana").get(guidelines_of(world)))


def test_too_many_examples_are_refused_in_words_and_what_was_typed_stays(world: World, client_of: SignIn) -> None:
    refused = client_of("cleo").post(guidelines_of(world), SAID | {"flags": "One.\n" * 6})
    assert refused.status_code == 422
    assert "At most 5 examples" in text(refused)
    assert "Codes of towns are public here." in text(refused)


def test_a_version_of_guidelines_is_never_rewritten(world: World, client_of: SignIn) -> None:
    client_of("cleo").post(guidelines_of(world), SAID)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Guidelines.objects.update(words="Overlook names.")


def test_the_answer_to_a_verdict_asks_no_question_about_guidelines(
    world: World, client_of: SignIn, people: People
) -> None:
    """The desk has them already: each verdict costs what it cost."""
    client_of("cleo").post(guidelines_of(world), SAID)
    record = held_by(world, people["ben"])
    with CaptureQueriesContext(connection) as asked:
        data = {"verdict": "clean", "token": record.token}
        client_of("ben").post(reverse("verdict", args=[record.pk]), data, headers=SCRIPT)
    assert not [one for one in asked if "reviews_guidelines" in one["sql"]]


def test_the_meaning_of_a_column_stands_at_the_desk(world: World, client_of: SignIn, people: People) -> None:
    label = world.dataset.file_facts["columns"][0]
    describe_columns(
        world.dataset, {label["name"]: {"description": "Years since birth", "unit": "years"}}, by=people["ana"]
    )
    assert "Years since birth; in years" in text(client_of("ben").get(desk_of(world)))


def test_five_invented_records_are_practised_on_and_each_answer_is_explained(world: World, client_of: SignIn) -> None:
    ben, url = client_of("ben"), reverse("practice", args=[world.review.pk])
    assert "Practise on five invented records" in text(ben.get(desk_of(world)))
    assert "invented record 1 of 5" in text(ben.get(url))
    for place, exercise in enumerate(EXERCISES):
        said = exercise.decision.value if place else "unrealistic"
        shown = text(ben.post(url, {"verdict": said}))
        assert exercise.why in shown
        assert shown.count("Right.") == bool(place)
    assert "4 of 5 as they are meant." in shown
    event = AuditEvent.objects.get(action="practised")
    assert (event.facts["right"], event.facts["of"]) == (4, 5)
    assert not world.review.records.filter(verdicts__isnull=False).exists()


def test_somebody_who_has_judged_is_not_sent_to_practise(world: World, client_of: SignIn, people: People) -> None:
    post_verdict(client_of("ben"), held_by(world, people["ben"]), "clean")
    assert "Practise" not in text(client_of("ben").get(desk_of(world)))


def test_why_a_flag_was_overruled_is_read_once_the_review_is_closed(
    world: World, client_of: SignIn, people: People
) -> None:
    overruled, stood = flag(world, people["ben"]), flag(world, people["ben"])
    cleo = client_of("cleo")
    look(cleo, overruled, "clean")
    cleo.post(reverse("settle", args=[overruled.pk]), {"is_leak": "no", "note": "Two hundred live there."})
    ben = client_of("ben")
    assert "Two hundred live there." not in text(ben.get(reverse("history")))
    Review.objects.update(status=Review.Status.REJECTED)
    shown = text(ben.get(reverse("history")))
    assert "Overruled: a second person saw clean. Two hundred live there." in shown
    assert f"record {stood.record.position} Leakage near copy of a real record It stood." in shown
    assert "No flag of yours" in text(client_of("bea").get(reverse("history")))


def test_what_was_confirmed_and_what_nobody_settled_read_alike_so_that_controls_do_not_stand_out(
    world: World, client_of: SignIn, people: People
) -> None:
    confirmed, _ = flag(world, people["ben"]), flag(world, people["ben"])
    cleo = client_of("cleo")
    look(cleo, confirmed, "leakage", "near_copy")
    cleo.post(reverse("settle", args=[confirmed.pk]), {"is_leak": "yes", "note": "The only red house."})
    shown = text(client_of("ben").get(reverse("history")))
    assert shown.count("It stood.") == 2
    assert "red house" not in shown


def assign(client_of: SignIn, world: World, people: People, name: str = "ben", days: int = 1) -> Any:
    due = (timezone.localdate() + timedelta(days=days)).isoformat()
    url = reverse("assign", args=[world.review.pk])
    return client_of("cleo").post(url, {"person": people[name].pk, "due": due})


def test_who_is_asked_by_a_day_is_told_and_reads_it_at_home_and_is_reminded_once(
    world: World, client_of: SignIn, people: People
) -> None:
    assert assign(client_of, world, people).status_code == 302
    due = timezone.localdate() + timedelta(days=1)
    assert f"you are asked by {due.isoformat()}" in text(client_of("ben").get(reverse("home")))
    for _ in range(2):
        remind_assigned()
    words = list(
        Notice.objects.filter(person=people["ben"], words__contains=due.isoformat()).values_list("words", flat=True)
    )
    assert len(words) == 2
    page = reverse("review_people", args=[world.review.pk])
    assert f"ben, by {due.isoformat()}, asked by cleo" in text(client_of("cleo").get(page))


def test_an_assignment_ends_and_can_be_made_anew(world: World, client_of: SignIn, people: People) -> None:
    assign(client_of, world, people, days=5)
    client_of("cleo").post(reverse("end_assignment", args=[Assignment.objects.get().pk]))
    assert "you are asked by" not in text(client_of("ben").get(reverse("home")))
    assign(client_of, world, people, days=7)
    assert Assignment.objects.filter(ended_at__isnull=True).count() == 1
    assert AuditEvent.objects.filter(action="assigned").count() == 2


@pytest.mark.parametrize(("name", "days", "words"), [("ana", 1, "cannot judge"), ("ben", -1, "from today on")])
def test_nobody_is_asked_who_cannot_judge_or_for_a_day_that_is_gone(
    world: World, client_of: SignIn, people: People, name: str, days: int, words: str
) -> None:
    refused = assign(client_of, world, people, name, days)
    assert refused.status_code == 409
    assert words in text(refused)
    assert not Assignment.objects.exists()


def test_a_review_by_one_person_alone_is_told_to_its_steward(world: World, client_of: SignIn, people: People) -> None:
    post_verdict(client_of("ben"), held_by(world, people["ben"]), "clean")
    page = reverse("review_people", args=[world.review.pk])
    assert "One person alone has judged so far" in text(client_of("cleo").get(page))
    post_verdict(client_of("bea"), held_by(world, people["bea"]), "clean")
    assert "One person alone" not in text(client_of("cleo").get(page))


def test_how_common_values_are_in_the_artefact_is_told_on_demand_and_recorded(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    ben = client_of("ben")
    assert "How common its values are" not in text(ben.get(desk_of(world)))
    shown = text(ben.post(reverse("why", args=[record.pk]), {"token": record.token}))
    assert re.search(r"How common its values are in the artefact: .*sex \d+ % of the records", shown)
    assert AuditEvent.objects.filter(action="asked_why", subject_id=str(record.pk)).count() == 1


OWN = {"leakage": "town of one farm", "unrealistic": "ward closed in 2019\nno such crop"}


def test_a_reason_of_the_datasets_own_is_chosen_at_the_desk_kept_and_read_in_its_words(
    world: World, client_of: SignIn, people: People
) -> None:
    assert client_of("cleo").post(guidelines_of(world), SAID | OWN).status_code == 302
    desk = client_of("ben").get(desk_of(world)).content.decode()
    assert re.search(r'value="town of one farm"\s+data-key="4"', desk)
    assert re.search(r'value="no such crop"\s+data-key="5"', desk)
    record = held_by(world, people["ben"])
    post_verdict(client_of("ben"), record, "leakage", reasons=["town of one farm"])
    verdict = record.verdicts.get()
    assert verdict.reasons == ["town of one farm"]
    assert "town of one farm" in text(client_of("ben").get(reverse("my_verdict", args=[verdict.pk])))
    flags = client_of("cleo").get(reverse("flags", args=[world.review.pk])).content.decode()
    assert 'value="town of one farm"' in flags
    look(client_of("cleo"), verdict, "unrealistic", "no such crop")
    assert "no such crop" in text(client_of("cleo").get(reverse("flags", args=[world.review.pk])))


def test_a_reason_of_another_flag_or_of_none_is_refused(world: World, client_of: SignIn, people: People) -> None:
    client_of("cleo").post(guidelines_of(world), SAID | OWN)
    client_of("ben").get(desk_of(world))
    record = held_by(world, people["ben"])
    for said in ("no such crop", "anything"):
        answer = post_verdict(client_of("ben"), record, "leakage", reasons=[said])
        assert answer.status_code == 409
        assert "near_copy, memorised_text, rare_combination, secret, town of one farm" in text(answer)
    assert not record.verdicts.exists()


@pytest.mark.parametrize(
    ("leakage", "why"),
    [
        ("x" * 41, "at most 40 characters"),
        ("a\nb\nc\nd\ne", "At most 4 reasons of its own"),
        ("Near copy of a real record", "is there for all datasets"),
    ],
)
def test_reasons_that_nobody_could_use_are_refused_in_words(
    world: World, client_of: SignIn, leakage: str, why: str
) -> None:
    refused = client_of("cleo").post(guidelines_of(world), SAID | {"leakage": leakage})
    assert refused.status_code == 422
    assert why in text(refused)
    assert leakage.splitlines()[0] in text(refused)
