"""What this app shows on the pages of runs and limits: costs of tiers, later stages, the claim so far, the way out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from generation.engine.comparison.apart import capitalised, listed_words
from generation.engine.evaluation.words import metric_words
from generation.models import Dataset, GenerationRun, WrittenException
from generation.pages import slots
from generation.pages.slots import Stage
from generation.permissions import took_part
from generation.repositories import standings
from generation.repositories.evaluations import undecided_in
from generation.repositories.sensitive import holdings
from generation.repositories.sensitive.holdings import Released
from reviews.engine.acceptance.plans import ImpossiblePlan
from reviews.engine.policy.workload import SECONDS_PER_VERDICT, workload
from reviews.models import Adjudication, Pause, Release, Review, SecondLook, Verdict, Waiver
from reviews.pages.trail.erasure import erasure_url
from reviews.permissions import sees_inside
from reviews.repositories import tally
from reviews.repositories.standings import UNDECIDED, WayOut, filters, standings_of, way_out_on_page
from reviews.repositories.tiers import current_tier
from reviews.repositories.trust.statuses import not_to_use
from reviews.repositories.twins import name_of, twin_of
from synthportal.models import Person
from synthportal.people.directory.page import add_meetings, names_of
from synthportal.people.messages.standing import add_standing
from synthportal.roles import Role
from synthportal.templatetags.human import count, duration

MOST_NAMED = 4  # checks in one sentence
MOST_DIGITS = 9  # of a lot; what is longer is no number of records
LATER = ("sample", "review", "gate", "release", "export")
# By standing: how many of these stages are done, how the next one stands, and its note ("": its counts, if it has any).
_PLACES = {
    "evaluated": (0, "waiting", ""),
    "not_taken": (0, "waiting", "when its owner takes it"),
    "same_bytes": (0, "waiting", "none: same bytes"),
    "being_sampled": (0, "running", "being drawn"),
    "not_sampled": (0, "failed", "could not be drawn"),
    "undecided": (0, "failed", "not drawn: undecided"),
    "in_review": (1, "running", ""),
    "flags": (1, "running", "flags to settle"),
    "rejected": (1, "failed", "rejected"),
    "waits_for_signature": (2, "waiting", "waits for a signature"),
    "gate_shut": (2, "failed", "shut"),
    "released": (4, "waiting", "open"),
    "withdrawn": (3, "failed", "withdrawn"),
    "expired": (3, "failed", "expired"),
}


def fill() -> None:
    """Fill the slots of the app generation, and that of the page of people."""
    slots.later_stages.fill(later_stages)
    add_meetings(meetings_of)
    slots.claim.fill(claim_of)
    slots.no_review.fill(no_review)
    standings.on_the_way_out.fill(standings_of)
    standings.filters_on_the_way_out.fill(filters)
    slots.tier_figures.fill(tier_figures)
    slots.way_out.fill(way_out)
    slots.erasure_url.fill(erasure_url)
    slots.policy_tabs.fill(policy_tabs)
    holdings.releases_of.fill(releases_of)
    add_standing(not_to_use)
    took_part.fill(took_part_in)


def tier_figures(tier: str, rows: object) -> dict[str, Any]:
    """What a tier costs and allows for an artefact of `rows` records, as they were typed; or why it cannot be."""
    typed = str(rows)
    lot = int(typed) or None if typed.isdecimal() and len(typed) <= MOST_DIGITS else None
    policy = current_tier(tier)
    try:
        cost = workload(policy, lot, SECONDS_PER_VERDICT)
    except ImpossiblePlan as error:
        return {"why_not": str(error)}
    people = f"{policy.min_annotators} annotator{'' if policy.min_annotators == 1 else 's'} or more"
    time = duration(cost.hours * 3600)
    return {
        "facts": f"At most {count(cost.records)} records to review, about {time} of work, {people}.",
        "claim": policy.sentence,
    }


def later_stages(run: GenerationRun) -> list[Stage]:
    """Sample, review, gate, release and export, as far as the run has come: what its badge says, stage by stage."""
    if run.status != GenerationRun.Status.EVALUATED:
        return [{"name": name, "state": "waiting", "note": ""} for name in LATER]
    found = way_out_on_page(run)
    done, state, note = _PLACES[found.standing.key]
    notes = _counts(found) | ({LATER[done]: note} if note else {})
    states = [*["done"] * done, state, *["waiting"] * len(LATER)]
    return [{"name": name, "state": states[at], "note": notes.get(name, "")} for at, name in enumerate(LATER)]


def _counts(found: WayOut) -> dict[str, str]:
    if found.review is None or found.progress is None:
        return {}
    judged = f"{count(found.progress.total_judged)} of {count(found.progress.total)}"
    return {"sample": f"{count(tally.places_of(found.review))} records", "review": judged}


def claim_of(run: GenerationRun, person: Person) -> str:
    """What the review of a run lets one say so far, counted now; "" without a review.

    Who can judge in the review reads counts alone until it is closed.
    """
    review, found = way_out_on_page(run).review, way_out_on_page(run).progress
    if review is None or found is None:
        return ""
    if not sees_inside(person, review):
        return f"{count(found.total_judged)} of {count(found.total)} records judged"
    if review.status == Review.Status.REJECTED:
        return found.rejection
    return found.claim.sentence


def no_review(run: GenerationRun) -> dict[str, Any] | None:
    """Why no review of this run will open: an earlier run made the same bytes, and its review counts; or the evidence
    cannot tell at this size.
    """
    twin = twin_of(run)
    if twin is None:
        return _too_few(run)
    name = name_of(twin, run)
    sentence = f"{capitalised(name)} made exactly these bytes, and its review counts: there is no second sample."
    is_told = twin.run.dataset_id == run.dataset_id
    return {"sentence": sentence} | (_to_review(twin) if is_told else {})


def _too_few(run: GenerationRun) -> dict[str, Any] | None:
    if way_out_on_page(run).standing is not UNDECIDED:
        return None
    names = [metric_words(name).title.lower() for name in undecided_in([run])[run.pk]]
    titles = listed_words(names if len(names) <= MOST_NAMED else [*names[:2], f"{len(names) - 2} more checks"])
    sentence = (
        f"No sample is drawn: the records are too few to decide {titles}, and no review could open the gate. "
        "A source with more records decides it, or a plan that leaves fewer columns; then start another run."
    )
    return {"sentence": sentence}


def _to_review(review: Review) -> dict[str, Any]:
    return {"label": f"Go to the review of run {review.run.number}", "url": reverse("desk", args=[review.pk])}


def way_out(run: GenerationRun) -> dict[str, Any] | None:
    """From the evidence to the gate, from what was released to the release, from the same bytes to their review."""
    found = way_out_on_page(run)
    if found.twin is not None:
        return _to_review(found.twin) if found.twin.run.dataset_id == run.dataset_id else None
    release = Release.objects.filter(run=run).first()
    if release is not None:
        return {"label": f"Go to release {release.number}", "url": reverse("release", args=[release.pk])}
    return {"label": "Go to the gate", "url": reverse("gate", args=[run.pk])}


def releases_of(datasets: Sequence[UUID]) -> dict[UUID, list[Released]]:
    """By dataset, what was released of it, the newest first, in one query."""
    found: dict[UUID, list[Released]] = {}
    releases = Release.objects.filter(run__dataset__in=datasets).select_related("run").defer(*Release.LARGE)
    for one in releases.order_by("-released_at"):
        url = reverse("release", args=[one.pk])
        released = Released(one.pk, one.number, one.status, url, frozenset(one.run.columns))
        found.setdefault(one.run.dataset_id, []).append(released)
    return found


def policy_tabs(current: str) -> list[dict[str, Any]]:
    """The tab of the tiers."""
    return [{"label": "Review tiers", "url": reverse("policies"), "current": current == "tiers"}]


def took_part_in(person: Person, dataset: Dataset) -> str:
    """What somebody did as the second person for a dataset, so that they do not own it afterwards."""
    of_runs = {"run__dataset": dataset}
    reviews = Review.objects.filter(**of_runs)
    did = {
        "judged records of it": Verdict.objects.filter(by=person, record__review__in=reviews),
        "looked at a flag in it": SecondLook.objects.filter(by=person, verdict__record__review__in=reviews),
        "settled a flag in it": Adjudication.objects.filter(by=person, verdict__record__review__in=reviews),
        "waived a condition of it": Waiver.objects.filter(by=person, **of_runs),
        "lifted a pause in it": Pause.objects.filter(lifted_by=person, review__in=reviews),
        "let direct identifiers of it stay": WrittenException.objects.filter(by=person, dataset=dataset),
        "released records of it": Release.objects.filter(released_by=person, **of_runs),
    }
    return next((words for words, rows in did.items() if rows.exists()), "")


def meetings_of(people: Collection[Person]) -> dict[int, list[str]]:
    """By person: how many of their own datasets they can neither judge nor sign, though their roles would let them."""
    second = {Role.ANNOTATOR.value: "judge", Role.STEWARD.value: "sign"}
    held = {one.pk: [verb for name, verb in second.items() if name in names_of(one)] for one in people}
    standing = ~Q(status__in=[Dataset.Status.ERASED, Dataset.Status.REFUSED])
    rows = Dataset.objects.filter(standing, owner__in=[pk for pk, verbs in held.items() if verbs])
    counted = rows.order_by().values("owner").annotate(number=Count("pk")).values_list("owner", "number")
    return {
        owner: [f"Owns {number} {'dataset' if number == 1 else 'datasets'}: somebody else has to {verb} there."
                for verb in held[owner]]
        for owner, number in counted
    }  # fmt: skip
