"""What the ten main tasks take in a browser, counted, and what docs/reference/effort.md says of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Release, Verdict
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import waive_condition
from reviews.stages.review import claim_record, judge_record
from reviews.tasks import submit_release
from synthportal.models import Person
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser
from tests.e2e.hand import Effort, Hand
from tests.reviews.signing import all_seen, publish

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "effort.md"
LINE = re.compile(r"^\| (.+?) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
SAID = {task: Effort(*map(int, counted)) for task, _, *counted in LINE.findall(PAGE.read_text(encoding="utf-8"))}
People = dict[str, Person]
Handed = Callable[[str], Hand]


@pytest.fixture
def hand_of(at_desk: Desk) -> Handed:
    """`hand_of("ana")` is hers, on the home page."""

    def at_home(name: str) -> Hand:
        at = at_desk(name)
        at.page.goto(f"{at.address}/")
        return Hand(at.page)

    return at_home


def judged(world: World, people: People) -> None:
    """Every record of the world's review is clean."""
    while record := claim_record(world.review, by=people["ben"]):
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])


def waived(world: World, people: People) -> None:
    for condition in {line.name for line in collect(world.run).unmet}.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough for a pilot.", by=people["cora"])


def released(world: World, people: People) -> Release:
    judged(world, people)
    waived(world, people)
    return publish(submit_release(world.run, by=people["cleo"], **all_seen(world.run)))


def test_the_document_tells_of_ten_tasks():
    assert len(SAID) == 10


def test_uploading_a_table(world: World, hand_of: Handed, adult_file: Path) -> None:
    hand = hand_of("ana")
    hand.link("Datasets")
    hand.link("New dataset")
    hand.choose(hand.page.get_by_label("File"), adult_file)
    hand.fill(hand.page.get_by_label("Target column"), "income")
    hand.button("Upload and profile")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("customers")
    assert hand.done == SAID["Upload a table, until it is being profiled"]


def test_starting_a_run(world: World, hand_of: Handed) -> None:
    hand = hand_of("ana")
    hand.link("Datasets")
    hand.link(world.dataset.name)
    hand.link("New run")
    hand.button("Start run")
    expect(hand.page).to_have_url(re.compile("/runs/[0-9a-f-]{36}/"))
    assert hand.done == SAID["Start a run of a minimised dataset"]


def test_reaching_the_first_record(world: World, hand_of: Handed) -> None:
    hand = hand_of("ben")
    hand.link("Start reviewing")
    expect(hand.page.locator("#clean-button")).to_be_visible()
    assert hand.done == SAID["Reach the first record to judge"]


def test_flagging_a_leak(world: World, hand_of: Handed) -> None:
    hand = hand_of("ben")
    hand.page.get_by_role("link", name="Start reviewing").first.click()
    expect(hand.page.locator("#clean-button")).to_be_visible()
    hand.page.wait_for_load_state("load")
    hand.press("2", "b", "m", "1", "m", "Control+Enter")
    expect(hand.page.locator("#live")).to_contain_text("Saved record")
    said = Verdict.objects.get()
    assert (said.decision, said.reasons, len(said.fields)) == ("leakage", ["near_copy"], 1)
    assert hand.done == SAID["Flag a leak with a reason and a marked field"]


def test_settling_a_flag(world: World, hand_of: Handed, people: People) -> None:
    record = claim_record(world.review, by=people["ben"])
    assert record is not None
    judge_record(record, Judgement("leakage", ["near_copy"], [0]), token=record.token, by=people["ben"])
    hand = hand_of("cleo")
    hand.click(hand.page.locator("#waiting").get_by_role("link").first)
    hand.click(hand.page.get_by_label("Clean", exact=True))
    hand.button("Save and read the flag")
    hand.button("No leak")
    expect(hand.page.get_by_text("No flag for you")).to_be_visible()
    assert hand.done == SAID["Settle a flag as no leak"]


def test_waiving_a_condition(world: World, hand_of: Handed, people: People) -> None:
    judged(world, people)
    before = len(collect(world.run).unmet)
    hand = hand_of("cora")
    hand.page.locator("#waiting").get_by_role("link").first.click()
    hand.fill(hand.page.get_by_label("Reason for a waiver").first, "Good enough for a pilot.")
    hand.button("Waive")
    expect(hand.page.locator("#sign").get_by_text("cora waived a condition")).to_be_visible()
    assert len(collect(world.run).unmet) == before - 1
    assert hand.done == SAID["Waive a condition"]


def test_signing_a_release(world: World, hand_of: Handed, people: People) -> None:
    judged(world, people)
    waived(world, people)
    hand = hand_of("cleo")
    hand.click(hand.page.locator("#waiting").get_by_role("link").first)
    expect(hand.page.get_by_role("button", name="Sign and release")).to_be_visible()  # `all` waits for nothing
    for box in hand.page.locator("input[name=seen]").all():
        hand.click(box)
    hand.button("Sign and release")
    expect(hand.page.get_by_text("is signed. Its files can be downloaded now.")).to_be_visible()
    assert hand.done == SAID["Sign a release"]


def test_downloading_a_release(world: World, hand_of: Handed, people: People) -> None:
    release = released(world, people)
    hand = hand_of("dan")
    hand.link(f"Release {release.number}")
    with hand.page.expect_download() as started:
        hand.click(hand.page.locator(".page-action").get_by_role("link").first)
    assert Path(started.value.path()).stat().st_size > 0
    assert hand.done == SAID["Find a release and download it"]


def test_withdrawing_a_release(world: World, hand_of: Handed, people: People) -> None:
    release = released(world, people)
    hand = hand_of("cleo")
    hand.link(f"Release {release.number}")
    hand.click(hand.page.locator("summary", has_text="Withdraw this release"))
    hand.fill(hand.page.get_by_label("Why", exact=True), "A column was read in the wrong unit.")
    hand.button(f"Withdraw release {release.number}")
    expect(hand.page.get_by_text("A column was read in the wrong unit.").first).to_be_visible()
    assert hand.done == SAID["Withdraw a release"]


def test_inviting_a_person(world: World, hand_of: Handed) -> None:
    hand = hand_of("root")
    hand.link("People and roles")
    hand.fill(hand.page.get_by_label("Name", exact=True), "Nora Newcomer")
    hand.fill(hand.page.get_by_label("E-mail address or username"), "nora")
    hand.click(hand.page.get_by_label("annotator: judges sampled records"))
    hand.button("Invite")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Nora Newcomer")
    assert hand.done == SAID["Invite a person with a role"]
