"""The pages of reviews through Django's test client, as every person of the cast, on the real verbs."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.certificate import verify
from reviews.models import Adjudication, Release, Review, ReviewRecord, Verdict, Waiver
from reviews.stages.gate import collect
from reviews.stages.release import signing_key
from reviews.stages.review import Judgement, claim_record, content_of, judge_record
from synthportal.models import AuditEvent, Person
from tests.cast import World

SignIn = Callable[[str], Client]
People = dict[str, Person]
SCRIPT = {"X-Desk": "none"}
HEAVY = {"sdv", "torch", "presidio_analyzer", "spacy", "opendp", "lightgbm", "numba", "sklearn", "pandas"}


def text(response: Any) -> str:
    """What a person reads: no tags, no entities, no runs of blanks."""
    page = response if isinstance(response, str) else response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def desk_of(world: World) -> str:
    return reverse("desk", args=[world.review.pk])


def held_by(world: World, person: Person) -> ReviewRecord:
    record = claim_record(world.review, by=person)
    assert record is not None
    return record


def post_verdict(client: Client, record: ReviewRecord, verdict: str, **more: object) -> Any:
    data = {"verdict": verdict, "token": record.token, **more}
    return client.post(reverse("verdict", args=[record.pk]), data)


def test_everybody_finds_what_is_theirs_and_nothing_else_exists(release: Release, client_of: SignIn) -> None:
    run, review = release.run_id, release.review_id
    pages = {
        "reviews": reverse("reviews"),
        "desk": reverse("desk", args=[review]),
        "flags": reverse("flags", args=[review]),
        "gate": reverse("gate", args=[run]),
        "releases": reverse("releases"),
        "release": reverse("release", args=[release.pk]),
        "certificate": reverse("certificate", args=[release.pk]),
        "card": reverse("card", args=[release.pk]),
        "manifest": reverse("manifest", args=[release.pk]),
        "audit": reverse("audit"),
    }
    release_pages = {"release", "certificate", "card", "manifest"}
    seen = {
        "ana": {"desk", "gate", *release_pages},
        "ben": {"desk", "flags"},
        "bea": {"desk", "flags"},
        "cleo": {"desk", "flags", "gate", "audit", *release_pages},
        "dan": release_pages,
        "eve": {"desk", "gate", "audit", *release_pages},
        "nobody": set(),
        "root": set(),
    }
    for name, expected in seen.items():
        client = client_of(name)
        assert client.get(reverse("home")).status_code == 200
        answers = {page: client.get(url).status_code for page, url in pages.items()}
        assert answers == {page: 200 if page in {*expected, "reviews", "releases"} else 404 for page in pages}, name


def test_the_pages_load_no_synthesizer_and_no_language_model() -> None:
    script = "import sys, django; django.setup(); import reviews.urls; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY.intersection(found)


def test_a_visitor_is_sent_to_sign_in(client: Client, world: World) -> None:
    for url in (reverse("home"), desk_of(world), reverse("gate", args=[world.run.pk])):
        assert client.get(url).headers["Location"].startswith("/login/")


def test_the_desk_shows_the_held_record_and_nothing_of_its_lane(
    world: World, client_of: SignIn, people: People
) -> None:
    hunted = world.review.records.filter(lane="hunt").first()
    assert hunted is not None
    for _ in range(hunted.position - 1):
        record = held_by(world, people["bea"])
        judge_record(record, Judgement("clean"), token=record.token, by=people["bea"])
    shown = text(client_of("ben").get(desk_of(world)))
    hunted.refresh_from_db()
    assert hunted.claimed_by == people["ben"]
    assert all(f"{label} {value}" in shown for label, value in content_of(hunted) if value is not None)
    assert f"· record {hunted.position} {hunted.position - 1} of {world.review.records.count()} " in shown
    assert "hunt" not in shown
    assert not any(reason in shown for reason in hunted.reasons)
    post_and_follow(client_of("ben"), hunted, "clean")
    after = text(client_of("ben").post(reverse("why", args=[hunted.pk])))
    assert all(reason in after for reason in hunted.reasons)
    asked = AuditEvent.objects.get(action="asked_why")
    assert (asked.subject_id, asked.actor) == (str(hunted.pk), f"person:{people['ben'].pk}")


def post_and_follow(client: Client, record: ReviewRecord, verdict: str) -> Any:
    return client.post(reverse("verdict", args=[record.pk]), {"verdict": verdict, "token": record.token}, follow=True)


def test_a_verdict_is_saved_and_the_next_record_comes(world: World, client_of: SignIn, people: People) -> None:
    client, first = client_of("ben"), held_by(world, people["ben"])
    assert post_verdict(client, first, "clean").headers["Location"] == desk_of(world)
    assert Verdict.objects.get().record == first
    assert f"· record {first.position + 1} " in text(client.get(desk_of(world)))


def test_a_double_click_saves_once(world: World, client_of: SignIn, people: People) -> None:
    client, record = client_of("ben"), held_by(world, people["ben"])
    answers = [post_verdict(client, record, "clean").status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Verdict.objects.count() == 1


def test_the_script_gets_the_record_to_go_on_with_the_one_after_it_and_words_for_the_screen_reader(
    world: World, client_of: SignIn, people: People
) -> None:
    record, following = held_by(world, people["ben"]), world.review.records.order_by("position")[1]
    data = {"verdict": "clean", "token": record.token}
    url = reverse("verdict", args=[record.pk])
    step = client_of("ben").post(url, data, headers=SCRIPT).json()
    assert step["record"] == str(following.pk)
    total = world.review.records.count()
    assert step["saved"] == f"Saved record {record.position} as clean. Record {following.position} of {total}."
    assert f'data-card="{following.pk}"' in step["card"]
    assert 'data-position="3"' in step["spare"]
    again = client_of("ben").post(url, data, headers={"X-Desk": str(following.pk)}).json()
    assert (again["record"], again["card"]) == (str(following.pk), "")


def test_a_flag_without_a_reason_comes_back_with_everything_typed(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    answer = post_verdict(client_of("ben"), record, "leakage", note="looks like my neighbour", fields=["2"])
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Say why it is leakage" in page
    assert "looks like my neighbour" in page
    assert re.search(r'name="fields" value="2" form="flag" data-sign="3" checked', page)
    assert re.search(r'name="verdict" value="leakage"[^>]*checked', page)
    assert not Verdict.objects.exists()


def test_a_stale_tab_is_refused_in_words_and_what_was_typed_stays(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    ReviewRecord.objects.filter(pk=record.pk).update(claimed_by=people["bea"], token=record.token + 1)
    data = {"verdict": "leakage", "reasons": ["near_copy"], "token": record.token, "note": "too close"}
    url = reverse("verdict", args=[record.pk])
    answer = client_of("ben").post(url, data)
    assert answer.status_code == 409
    assert all(words in text(answer) for words in ("ran out", "near copy of a real record", "too close"))
    answer = client_of("ben").post(url, data, headers=SCRIPT)
    assert answer.status_code == 409
    assert "ran out" in answer.json()["reasons"][0]
    assert not answer.json()["is_held"]
    assert not Verdict.objects.exists()
    assert AuditEvent.objects.filter(action="refused").count() == 2


def test_undo_brings_the_record_back_with_its_note(world: World, client_of: SignIn, people: People) -> None:
    client, record = client_of("ben"), held_by(world, people["ben"])
    post_verdict(client, record, "unrealistic", reasons=["too_generic"], note="seen it before")
    page = client.post(reverse("undo", args=[world.review.pk]), follow=True).content.decode()
    assert f"· record {record.position} " in text(page)
    assert "seen it before" in page
    assert re.search(r'value="too_generic"[^>]*checked', page)


def test_an_empty_desk_says_who_holds_what(world: World, client_of: SignIn, people: People) -> None:
    held = world.review.records.count()
    world.review.records.update(state="claimed", claimed_by=people["bea"], lease_until="2100-01-01T00:00:00Z")
    assert f"{held} records are held by others" in text(client_of("ben").get(desk_of(world)))


def test_an_empty_desk_says_that_a_flag_waits_for_a_second_person(
    world: World, client_of: SignIn, people: People
) -> None:
    flag(world, people["ben"])
    world.review.records.filter(state="waiting").update(state="judged")
    assert "cannot be you, you raised them" in text(client_of("ben").get(desk_of(world)))
    assert "that can be you" in text(client_of("bea").get(desk_of(world)))


def flag(world: World, person: Person) -> Verdict:
    record = held_by(world, person)
    judgement = Judgement("leakage", ["near_copy"], [0], "the same house")
    return judge_record(record, judgement, token=record.token, by=person)


def look(client: Client, verdict: Verdict, decision: str = "clean", *reasons: str) -> Any:
    return client.post(reverse("look", args=[verdict.pk]), {"verdict": decision, "reasons": reasons})


def test_a_second_person_sees_the_flag_and_settles_it(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    page = reverse("flags", args=[world.review.pk])
    blind = text(client_of("bea").get(page))
    assert "the same house" not in blind
    look(client_of("bea"), verdict, "unrealistic", "too_generic")
    shown = text(client_of("bea").get(page))
    assert "First: ben" in shown
    assert "too generic" in shown
    assert "near copy of a real record" in shown
    assert "the same house" in shown
    assert "marked" in shown
    assert "the same house" not in text(client_of("ben").get(page))
    client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no", "note": "a common street"})
    settled = Adjudication.objects.get()
    assert (settled.is_leak, settled.by, settled.note) == (False, people["bea"], "a common street")


def test_nobody_settles_their_own_flag(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    answer = client_of("ben").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"})
    assert answer.status_code == 409
    assert "by a second person" in text(answer)
    assert client_of("ana").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"}).status_code == 404
    assert not Adjudication.objects.exists()


def test_a_settled_flag_is_not_settled_again(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    look(client_of("bea"), verdict)
    client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"})
    answer = client_of("cleo").post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes", "note": "I disagree"})
    assert answer.status_code == 409
    assert "settled or was taken back" in text(answer)


def test_a_shut_gate_says_what_is_missing_and_offers_no_signature(
    world: World, client_of: SignIn, people: People
) -> None:
    page = client_of("cleo").get(reverse("gate", args=[world.run.pk])).content.decode()
    assert "The sample review is not complete" in page
    assert "not ana" in text(page)
    assert 'id="release"' not in page
    assert world.run.artefact_sha256 in page


def test_a_waiver_without_a_reason_is_refused_beside_its_field(world: World, client_of: SignIn, people: People) -> None:
    answer = client_of("cleo").post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": " "})
    assert answer.status_code == 409
    assert "A waiver needs a reason" in text(answer)
    assert (
        client_of("ana")
        .post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": "please"})
        .status_code
        == 403
    )
    client_of("cleo").post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": "a pilot"})
    assert Waiver.objects.get().reason == "a pilot"


def test_the_steward_signs_what_the_page_showed(reviewed: World, client_of: SignIn) -> None:
    client, gate = client_of("cleo"), reverse("gate", args=[reviewed.run.pk])
    page = client.get(gate).content.decode()
    seen = re.search(r'name="dossier" value="([0-9a-f]{64})"', page)
    assert seen is not None
    answer = client.post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": seen[1]})
    signed = Release.objects.get()
    assert answer.headers["Location"] == reverse("release", args=[signed.pk])
    assert signed.claim in unescape(page)
    assert signed.dossier_hash == seen[1]


@pytest.mark.parametrize("dossier", ["0" * 64, ""])
def test_an_approval_of_anything_else_releases_nothing(dossier: str, reviewed: World, client_of: SignIn) -> None:
    answer = client_of("cleo").post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": dossier})
    assert answer.status_code == 409
    assert "changed since you opened this page" in text(answer)
    assert not Release.objects.exists()


def test_only_a_steward_without_a_part_in_it_releases(reviewed: World, client_of: SignIn) -> None:
    seen = collect(reviewed.run).hash
    for name, status in (("ana", 403), ("eve", 403), ("ben", 404), ("dan", 404), ("root", 404)):
        answer = client_of(name).post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": seen})
        assert answer.status_code == status, name
    assert "Sign and release" not in text(client_of("ana").get(reverse("gate", args=[reviewed.run.pk])))


def test_the_release_page_shows_ten_clean_records_of_the_random_lane(release: Release, client_of: SignIn) -> None:
    page = client_of("dan").get(reverse("release", args=[release.pk])).content.decode()
    assert "10 records that were judged clean" in page
    first = release.review.records.filter(lane="random").order_by("position").first()
    assert first is not None
    row = "".join(f"<td>{value}</td>" for _, value in content_of(first))
    assert row in unescape(page)
    assert release.claim in unescape(page)
    assert "Who downloaded it" not in page


def test_the_certificate_verifies_and_the_manifest_names_the_signed_digest(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    envelope = client.get(reverse("certificate", args=[release.pk])).json()
    assert verify(envelope, signing_key().public_key()) == []
    manifest = client.get(reverse("manifest", args=[release.pk])).content.decode()
    assert f"{release.artefact_sha256}  release-1.parquet\n" in manifest
    served: Any = client.get(reverse("export", args=[release.pk]), {"format": "jsonl"})
    digest = hashlib.sha256(b"".join(served.streaming_content)).hexdigest()
    assert f"{digest}  release-1.jsonl\n" in manifest
    card = client.get(reverse("card", args=[release.pk])).content.decode()
    assert card.startswith("# incomes, release 1\n")


def test_a_withdrawn_release_says_so_and_shows_no_record(release: Release, client_of: SignIn) -> None:
    page, url = reverse("withdraw", args=[release.pk]), reverse("release", args=[release.pk])
    assert "Say why this release is withdrawn" in text(client_of("cleo").post(page, {"reason": " "}))
    assert client_of("dan").post(page, {"reason": "no"}).status_code == 403
    client_of("cleo").post(page, {"reason": "A person recognised herself."})
    shown = text(client_of("dan").get(url))
    assert "Withdrawn by cleo" in shown
    assert "A person recognised herself." in shown
    assert "records that were judged clean" not in shown


def test_the_catalogue_is_searched_by_the_address(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    assert "Release 1" in text(client.get(reverse("releases"), {"q": "INCOME"}))
    assert "No release fits" in text(client.get(reverse("releases"), {"q": "weather"}))
    assert "No release fits" in text(client.get(reverse("releases"), {"status": "withdrawn"}))


def test_home_names_the_next_step_of_each_role(world: World, client_of: SignIn) -> None:
    home = reverse("home")
    assert "Start reviewing" in text(client_of("ben").get(home))
    assert "incomes / run 1" in text(client_of("ana").get(home))
    assert "No gate waits for you" in text(client_of("cleo").get(home))
    assert "Nothing has been released yet" in text(client_of("dan").get(home))
    assert "verify_audit" in text(client_of("eve").get(home))
    assert "Ask the administrator" in text(client_of("nobody").get(home))


def test_an_open_gate_waits_for_the_steward(reviewed: World, client_of: SignIn) -> None:
    shown = text(client_of("cleo").get(reverse("home")))
    assert "Look at the gate" in shown
    assert "it waits for your signature" in shown


def test_a_rejected_run_tells_its_owner_what_to_try(world: World, client_of: SignIn, people: People) -> None:
    while world.review.status == Review.Status.OPEN:
        verdict = flag(world, people["ben"])
        look(client_of("bea"), verdict, "leakage", "near_copy")
        client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes"})
        world.review.refresh_from_db()
    shown = text(client_of("ana").get(reverse("home")))
    assert "confirmed leak" in shown
    assert "start another run" in shown


def test_the_trail_is_read_in_pages_without_gap_or_repetition(reviewed: World, client_of: SignIn) -> None:
    client, url, seen = client_of("eve"), reverse("audit"), list[int]()
    while url:
        page = client.get(url).content.decode()
        seen += [int(number.replace(",", "")) for number in re.findall(r'<td class="num">([\d,]+)</td>', page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = reverse("audit") + unescape(older[1]) if older else ""
    assert seen == list(AuditEvent.objects.order_by("-seq").values_list("seq", flat=True))


def test_the_trail_is_filtered_by_who_what_and_to_what(reviewed: World, client_of: SignIn) -> None:
    client, url = client_of("eve"), reverse("audit")
    judged = AuditEvent.objects.filter(action="judged").count()
    page = client.get(url, {"actor": "Ben", "action": "judged"}).content.decode()
    assert page.count('<td class="nowrap strong">judged</td>') == min(judged, 50)
    one = AuditEvent.objects.filter(action="judged").latest("seq")
    assert client.get(url, {"subject": one.subject_id}).content.decode().count("<tr>") == 2
    assert "No event fits" in text(client.get(url, {"actor": "dan", "action": "judged"}))


def test_the_admin_site_looks_and_never_moves(release: Release, client_of: SignIn) -> None:
    root = client_of("root")
    for name in ("review", "reviewrecord", "verdict", "adjudication", "waiver", "release", "releasedfile", "download"):
        assert root.get(reverse(f"admin:reviews_{name}_changelist")).status_code == 200
        assert root.get(reverse(f"admin:reviews_{name}_add")).status_code == 403
    for one in (release, release.review, release.review.records.all()[0]):
        page = reverse(f"admin:reviews_{one._meta.model_name}_change", args=[one.pk])
        assert root.get(page).status_code == 200
        assert root.post(page, {"status": "released"}).status_code == 403
        assert root.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
