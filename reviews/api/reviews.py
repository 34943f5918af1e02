"""The API of reviews: plan, progress, claim so far."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reviews.engine.acceptance.progress import Progress
from reviews.models import Review
from reviews.permissions import reviews_for, sees_inside
from reviews.repositories.progress import progress_of
from reviews.repositories.samples import attempt_number
from reviews.repositories.standstill import standstills_in
from reviews.stages.adjudicate import flags_for
from synthportal.models import Person
from synthportal.web.api import person_of


class LaneSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    leaks = serializers.IntegerField()


class ControlsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    found = serializers.IntegerField()


class ReviewSerializer(serializers.Serializer[Any]):
    """A review: its plan, where it stands and the claim it allows so far.

    `total` and `judged` count all records alike. Lanes, controls, outcome, bound and claim are null for who can judge
    in the review, until it is closed. `waiting_flags` are leak flags that you may settle; `standstill` says in
    sentences what nobody here may do in the review, and why.
    """

    id = serializers.UUIDField()
    run = serializers.UUIDField()
    status = serializers.CharField()
    artefact_sha256 = serializers.CharField()
    policy = serializers.CharField()
    n = serializers.IntegerField()
    c = serializers.IntegerField()
    p0 = serializers.FloatField()
    confidence = serializers.FloatField()
    lot = serializers.IntegerField()
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    waiting_flags = serializers.IntegerField()
    attempt = serializers.IntegerField()
    random = LaneSerializer(allow_null=True)
    hunt = LaneSerializer(allow_null=True)
    controls = ControlsSerializer(allow_null=True)
    no_longer_needed = serializers.IntegerField(allow_null=True)
    open_flags = serializers.IntegerField(allow_null=True)
    annotators = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    bound = serializers.FloatField(allow_null=True)
    claim = serializers.CharField(allow_null=True)
    standstill = serializers.ListField(child=serializers.CharField(), allow_null=True)


def review_facts(review: Review, person: Person) -> dict[str, Any]:
    """A review as the API shows it, counted now. Who can judge in it sees merged counts alone until it is closed."""
    found = progress_of(review)
    return {
        "id": review.pk,
        "run": review.run_id,
        "status": review.status,
        "artefact_sha256": review.artefact_sha256,
        "policy": review.policy["name"],
        "n": review.required,
        "c": review.accept,
        "p0": review.ltpd,
        "confidence": review.confidence,
        "lot": review.lot,
        "total": found.total,
        "judged": found.total_judged,
        "waiting_flags": flags_for(person, review).count() if review.status == Review.Status.OPEN else 0,
        "attempt": attempt_number(review),
        **(_inside(review, found) if sees_inside(person, review) else dict.fromkeys(INSIDE)),
    }


INSIDE = (
    "random", "hunt", "controls", "no_longer_needed", "open_flags", "annotators", "outcome", "bound", "claim",
    "standstill",
)  # fmt: skip


def _inside(review: Review, found: Progress) -> dict[str, Any]:
    controls, nonsense = found.leak_controls, found.nonsense
    return {
        "random": {"total": found.required, "judged": found.judged, "leaks": found.leaks},
        "hunt": {"total": found.hunt, "judged": found.hunt_judged, "leaks": found.leaks_in_hunt},
        "controls": {
            "total": controls.total + nonsense.total,
            "judged": controls.judged + nonsense.judged,
            "found": controls.found + nonsense.found,
        },
        "no_longer_needed": found.unneeded,
        "open_flags": found.open_flags,
        "annotators": found.annotators,
        "outcome": found.decision.outcome,
        "bound": found.claim.bound,
        "claim": found.claim.sentence,
        "standstill": [one.said for one in standstills_in([review], {review.pk: found})[review.pk]],
    }


class ReviewList(APIView):
    """The reviews you see; for annotators also those where a record may wait for you."""

    @extend_schema(responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The reviews you see, at most 100. May: everybody; the list holds what you see."""
        person = person_of(request)
        reviews = reviews_for(person).select_related("run__dataset").order_by("-created_at")[:100]
        return Response(ReviewSerializer([review_facts(review, person) for review in reviews], many=True).data)


class RunReview(APIView):
    """The review of a run: plan, lanes, progress and the claim so far."""

    @extend_schema(responses=ReviewSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The plan of a run's review and how far it is. Lanes, controls, flags, outcome, bound and claim are null for
        who can judge in the review until it is closed.

        May: who sees the review.
        """
        person = person_of(request)
        review = get_object_or_404(reviews_for(person).select_related("run__dataset"), run_id=pk)
        return Response(ReviewSerializer(review_facts(review, person)).data)
