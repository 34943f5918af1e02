"""Changed limits void an approval: the gate asks for new evidence, and what was seen is no longer what is signed."""

from __future__ import annotations

import pytest

from generation.tasks import submit_evaluation
from reviews.engine.gate.conditions import WAIVABLE
from reviews.models import Release, Review, Waiver
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.release import release_run
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from tests.cast import agree_limits, agree_tier
from tests.reviews.conftest import judge_all
from tests.reviews.signing import all_seen

LAXER = {"rules": {"singling_out_risk": {"passes": 0.12}}}
CHANGED = "The limits changed since; evaluate again"


def unmet(world) -> dict[str, str]:
    return {line.name: line.why for line in gate_conditions(world.run) if not line.met}


def evaluate_again(world, person) -> None:
    submit_evaluation(world.run, by=person)
    work_through(world.run.pk)


def test_limits_changed_between_approval_and_release_void_the_approval(reviewed, people):
    assert not collect(reviewed.run).unmet
    seen = all_seen(reviewed.run)
    agree_limits("training", {"minimum_cell": 7}, reason="Smaller groups turned up.")
    assert set(unmet(reviewed)) == {"limits"}
    with pytest.raises(Conflict, match=CHANGED):
        release_run(reviewed.run, by=people["cleo"], **seen)
    assert not Release.objects.exists()
    assert Review.objects.get().status == Review.Status.OPEN


def test_limits_of_another_purpose_change_nothing_here(reviewed, people):
    seen = collect(reviewed.run).hash
    agree_limits("testing", LAXER, reason="For test data only.")
    assert unmet(reviewed) == {}
    assert collect(reviewed.run).hash == seen


def test_a_changed_tier_leaves_a_running_review_as_it_was_opened(reviewed, people):
    seen, review = all_seen(reviewed.run), Review.objects.get()
    agree_tier("quick", {"ltpd": 0.02, "hunt_records": 90}, reason="Sharper.")
    assert all_seen(reviewed.run) == seen
    assert (Review.objects.get().policy, Review.objects.get().required) == (review.policy, review.required)
    assert release_run(reviewed.run, by=people["cleo"], **seen).number == 1


@pytest.mark.slow
def test_evaluated_again_the_evidence_counts_but_must_be_approved_anew(reviewed, people, client_of):
    seen, waived = all_seen(reviewed.run), Waiver.objects.count()
    agree_limits("training", LAXER, reason="Our columns are few.")
    evaluate_again(reviewed, people["cleo"])
    assert "limits" not in unmet(reviewed)
    assert set(unmet(reviewed)) <= {"utility", "fidelity", "diversity"}  # waivers lapsed with the old evidence
    assert bool(unmet(reviewed)) == bool(waived)
    with pytest.raises(Conflict):
        release_run(reviewed.run, by=people["cleo"], **seen)
    line = next(line for line in gate_conditions(reviewed.run) if line.name == "limits")
    assert line.needs_attention
    assert "Laxer than shipped: Singling out: passes at 0.12 (shipped: 0.09)." in line.evidence
    page = client_of("eve").get(f"/runs/{reviewed.run.pk}/gate/").content.decode()
    assert "Laxer than shipped" in page


def test_the_gate_page_offers_the_button_to_who_may_press_it(reviewed, people, client_of):
    agree_limits("training", {"minimum_cell": 7}, reason="Smaller groups turned up.")
    pages = [client_of(name).get(f"/runs/{reviewed.run.pk}/gate/").content.decode() for name in ("ana", "cleo", "eve")]
    assert all(CHANGED in page for page in pages)
    button = f'action="/runs/{reviewed.run.pk}/evaluate/"'
    assert [button in page for page in pages] == [True, True, False]
    assert client_of("cleo").post(f"/runs/{reviewed.run.pk}/evaluate/").status_code == 302


@pytest.mark.slow
def test_a_release_under_laxer_limits_says_so_on_its_certificate_and_card(world, people):
    agree_limits("training", LAXER, reason="Our columns are few.")
    evaluate_again(world, people["cleo"])
    judge_all(world, people["ben"])
    for condition in set(unmet(world)).intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough to try the tools.", by=people["cora"])
    release = release_run(world.run, by=people["cleo"], **all_seen(world.run))
    said = release.certificate["certificate"]["evidence_limits"]
    assert said == {
        "version": "training 2 (2026-12)",
        "reason": "Our columns are few.",
        "laxer_than_shipped": ["Singling out: passes at 0.12 (shipped: 0.09)."],
    }
    assert "**Laxer than the shipped limits:**" in release.card["markdown"]
