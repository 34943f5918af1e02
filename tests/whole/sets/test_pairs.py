"""An edit at the desk never enters its artefact: it becomes a preference pair with a review and release of its own."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.db import transaction
from django.urls import reverse
from jsonschema import Draft202012Validator

from generation.models import Dataset, GenerationRun, PairSource
from generation.repositories.judged.contamination import texts_of_source
from generation.repositories.tables import read_sealed
from reviews.engine.reading.judgement import Judgement
from reviews.models import Edit, Review, ReviewRecord
from reviews.permissions import desk_reviews_for
from reviews.repositories.gate.dossier import collect
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.desk.edit import edit_record, gather_pairs, texts_to_edit
from reviews.stages.review import claim_record
from reviews.tasks import submit_release
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from synthportal.storage.shelf import open_released
from synthportal.trail.verification import verify
from tests.cast import made_once, without_triggers
from tests.generation.door import confirm, page, start_run
from tests.reviews.calibrated import judge, judge_as_an_expert, judge_until
from tests.reviews.pages.door import text
from tests.reviews.signing import all_seen, publish
from tests.whole.test_texts_released import labelled, sent

pytestmark = pytest.mark.django_db
FLAG = Judgement("leakage", ["near_copy"])


def make_review(ana):
    """Messages that were generated, and wait at the desk."""

    def build():
        dataset = confirm(ana, sent(ana, "messages.csv", labelled(2400, 1), kind="text", target="wish"))
        run = start_run(ana, dataset, tier="quick", synthesizer="phrase_grammar", rows="900")
        work_through(run.pk)

    made_once("messages at the desk", build)
    return Review.objects.select_related("run__dataset", "run__plan").get()


def edited(ben, review, person, text_of):
    """A record that the person holds, edited on its page; the text before."""
    record = judge_until(review, person, ReviewRecord.Lane.RANDOM)
    (before,) = texts_to_edit(record)
    told = {"token": record.token, "place": before.place, "text": text_of(before.text)}
    assert ben.post(reverse("edit_record", args=[record.pk]), told)["Location"] == reverse("desk", args=[review.pk])
    return record, before.text


def polite(words):
    return f"Hello, {words} - thank you."


def is_of(text, words):
    """Whether a released text is these words, with what the finder takes for a name put aside as in any upload."""
    return re.fullmatch(".+".join(map(re.escape, re.split("<[A-Z_]+>", text))), words) is not None


def test_edits_become_pairs_that_are_measured_reviewed_and_released_on_their_own(client_of, people):
    ana, ben, review = client_of("ana"), client_of("ben"), make_review(client_of("ana"))
    before = review.run.artefact_sha256
    kept, rejected = edited(ben, review, people["ben"], polite)
    judge(kept, Judgement("clean"), people["ben"])
    dull, other = edited(ben, review, people["ben"], polite)
    judge(dull, Judgement("unrealistic", ["too_generic"]), people["ben"])
    flagged, _ = edited(ben, review, people["ben"], polite)
    judge(flagged, FLAG, people["ben"])
    settle(flagged, people["cleo"])
    assert "Records still wait for a verdict" in text(ana.get(reverse("run_edits", args=[review.run_id])))
    assert ana.post(reverse("run_edits", args=[review.run_id])).status_code == 409
    judge_as_an_expert(review, people["ben"])
    shown = text(ana.get(reverse("run_edits", args=[review.run_id])))
    assert "2 pairs" in shown
    assert "1 left out: flagged as leakage" in shown
    assert client_of("cleo").post(reverse("run_edits", args=[review.run_id])).status_code == 403
    made = ana.post(reverse("run_edits", args=[review.run_id]))
    pairs = Dataset.objects.latest("created_at")
    assert made["Location"] == reverse("dataset", args=[pairs.pk])
    assert (pairs.kind, pairs.purpose, pairs.owner_id) == ("pairs", "fine_tuning", people["ana"].pk)
    run = start_run(ana, confirm(ana, pairs), synthesizer="preference_pairs", rows="2")
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    measured = {metric["name"]: metric["status"] for metric in run.evaluations.get().metrics}
    names = {"pairs_usable", "repeated_pairs", "copied_pairs", "test_overlap", "personal_in_pairs"}
    assert measured == dict.fromkeys(names, "pass")

    own = Review.objects.get(run=run)
    assert not desk_reviews_for(people["ben"]).filter(pk=own.pk).exists()
    assert "record--pair" in client_of("bea").get(reverse("desk", args=[own.pk])).content.decode()
    judge_as_an_expert(own, people["bea"])
    assert not collect(run).facts.touched
    for vanished in (Edit.objects.latest("created_at"), PairSource.objects.get()):
        with without_triggers(), transaction.atomic():
            vanished.delete()
            assert "An edit that these pairs were made of is gone." in collect(run).facts.touched
            transaction.set_rollback(True)
    for verdict in review_flags(own):
        settle(verdict.record, people["cora"])
    release = publish(submit_release(run, by=people["cleo"], **all_seen(run)))
    with open_released(release.files.get(format="tools").sha256) as file:
        packed = io.BytesIO(file.read())
    with zipfile.ZipFile(packed) as zipped:
        lines = [json.loads(line) for line in zipped.read("trl/preference.jsonl").splitlines()]
        schema = json.loads(zipped.read("trl/preference.schema.json"))
        assert release.certificate["certificate"]["canary"] in zipped.read("trl/README.md").decode()
    assert len(lines) == 2
    for words in (rejected, other):
        (line,) = (line for line in lines if is_of(line["rejected"], words))
        assert is_of(line["chosen"], polite(words))
    assert all(line["prompt"].startswith("Write a message.\nwish: ") for line in lines)
    assert not [error for line in lines for error in Draft202012Validator(schema).iter_errors(line)]
    review.run.refresh_from_db()
    assert review.run.artefact_sha256 == before


def settle(record, person):
    """The flag on a record is looked at blind and settled: no leak."""
    verdict = record.verdicts.get(undone_at=None)
    look_again(verdict, Judgement("clean"), by=person)
    settle_flag(verdict, is_leak=False, note="Nothing in it could only come from a real one.", by=person)


def review_flags(review):
    from reviews.models import Verdict

    flags = Verdict.objects.filter(record__review=review, decision="leakage", undone_at=None)
    return list(flags.filter(adjudication=None).select_related("record"))


def test_uploaded_pairs_are_measured_reviewed_and_released(client_of, people):
    ana = client_of("ana")
    pairs = [
        {"prompt": f"Answer number {n}.", "chosen": f"Thank you, {n}.", "rejected": "nothing at all"} for n in range(40)
    ]
    lines = "".join(f"{json.dumps(pair)}\n" for pair in pairs).encode()
    run = start_run(
        ana, confirm(ana, sent(ana, "pairs.jsonl", lines, kind="pairs")), synthesizer="preference_pairs", rows="40"
    )
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    assert {metric["status"] for metric in run.evaluations.get().metrics} == {"pass"}
    review = Review.objects.get(run=run)
    judge_as_an_expert(review, people["ben"])
    release = publish(submit_release(run, by=people["cleo"], **all_seen(run)))
    with open_released(release.files.get(format="tools").sha256) as file:
        packed = io.BytesIO(file.read())
    with zipfile.ZipFile(packed) as zipped:
        given = [json.loads(line) for line in zipped.read("trl/preference.jsonl").splitlines()]
    assert sorted(given, key=str) == sorted(pairs, key=str)


def test_an_edit_that_repeats_the_source_gives_no_pair(client_of, people):
    review = make_review(client_of("ana"))
    real = texts_of_source(review.run)[0]
    record, _ = edited(client_of("ben"), review, people["ben"], lambda _: real.upper())
    judge(record, Judgement("clean"), people["ben"])
    assert gather_pairs(review).left_out == {"copies the source": 1}
    with without_triggers():
        ReviewRecord.objects.filter(pk=record.pk).update(lane=ReviewRecord.Lane.CONTROL, row=None)
    assert gather_pairs(review).left_out == {"no record of the artefact": 1}


def test_an_edit_is_kept_sealed_and_the_newest_of_a_person_counts(client_of, people):
    review, ben = make_review(client_of("ana")), client_of("ben")
    record, before = edited(ben, review, people["ben"], polite)
    (place,) = texts_to_edit(record)
    edit_record(record, place.place, "Another wording of it all.", token=record.token, by=people["ben"])
    judge(record, Judgement("clean"), people["ben"])
    assert Edit.objects.count() == 2
    assert before.encode() not in b"".join(bytes(edit.sealed) for edit in Edit.objects.all())
    (pair,) = gather_pairs(review).pairs
    assert pair["chosen"] == "Another wording of it all."
    assert not PairSource.objects.exists()
    assert AuditEvent.objects.filter(action="edited").count() == 2
    with without_triggers():
        Edit.objects.latest("created_at").delete()
    assert [line for line in verify() if "The edit" in line and "is gone" in line]
    assert before in set(read_sealed(review.run.dataset.key_id, review.run.artefact_sha256).iloc[:, 0])


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "1 to 20,000 characters"), (None, "The text reads as before"), ("x" * 20_001, "1 to 20,000")],
)
def test_what_is_no_edit_is_said_and_what_was_typed_stays(client_of, people, typed, told):
    review = make_review(client_of("ana"))
    record = claim_record(review, by=people["ben"])
    (before,) = texts_to_edit(record)
    words = before.text if typed is None else typed
    sent_back = client_of("ben").post(
        reverse("edit_record", args=[record.pk]), {"token": record.token, "place": before.place, "text": words}
    )
    assert sent_back.status_code == 422
    assert told in text(sent_back)
    assert not Edit.objects.exists()


def test_only_who_holds_a_record_edits_it(client_of, people):
    review = make_review(client_of("ana"))
    record = claim_record(review, by=people["ben"])
    for name, status in (("ana", 403), ("cleo", 403), ("dan", 404), ("bea", 409)):
        assert client_of(name).get(reverse("edit_record", args=[record.pk])).status_code == status
    with pytest.raises(Conflict):
        edit_record(record, 0, "Mine.", token=record.token, by=people["bea"])
    desk = page(client_of("ben").get(reverse("desk", args=[review.pk])))
    assert reverse("edit_record", args=[record.pk]) in desk
