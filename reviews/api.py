"""The API of reviews, the gate and releases: the same verbs as the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.models import GenerationRun
from generation.permissions import runs_for
from reviews.delivery import deliver
from reviews.models import Release, Review, ReviewRecord, Verdict
from reviews.permissions import desk_reviews_for, releases_for, reviews_for, sees_inside
from reviews.progress import Progress, progress_of
from reviews.serializers import (
    AdjudicationRequestSerializer,
    AdjudicationSerializer,
    ClaimedRecordSerializer,
    GateSerializer,
    HeldSerializer,
    ReleaseRequestSerializer,
    ReleaseSerializer,
    ReviewSerializer,
    SecondLookRequestSerializer,
    SecondLookSerializer,
    SkipRequestSerializer,
    SkipSerializer,
    TokenSerializer,
    VerdictRequestSerializer,
    VerdictSerializer,
    WaiverRequestSerializer,
    WhySerializer,
    WithdrawSerializer,
)
from reviews.stages.gate import collect, gate_conditions, seen_by, waive_condition, why_not_sign
from reviews.stages.release import withdraw_release
from reviews.stages.review import (
    Judgement,
    ask_why,
    claim_record,
    content_of,
    flags_for,
    hold_record,
    judge_record,
    look_again,
    settle_flag,
    skip_record,
    undo_verdict,
    why_not_judge,
)
from reviews.stages.sample import attempt_number
from reviews.tasks import submit_release
from synthportal.api import person_of
from synthportal.models import Person

NOTHING_WAITS = "No record waits for you: all are judged, skipped or held by others."


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
        **(_inside(found) if sees_inside(person, review) else dict.fromkeys(INSIDE)),
    }


INSIDE = ("random", "hunt", "controls", "no_longer_needed", "open_flags", "annotators", "outcome", "bound", "claim")


def _inside(found: Progress) -> dict[str, Any]:
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
    }


def run_of(request: Request, pk: UUID) -> GenerationRun:
    """A run this person sees, else 404."""
    return get_object_or_404(runs_for(person_of(request)).select_related("dataset", "plan"), pk=pk)


def release_of(request: Request, pk: UUID) -> Release:
    """A release this person sees, else 404."""
    return get_object_or_404(releases_for(person_of(request)), pk=pk)


class ReviewList(APIView):
    """The reviews you see; for annotators also those where a record may wait for you."""

    @extend_schema(responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        person = person_of(request)
        reviews = reviews_for(person).select_related("run").order_by("-created_at")[:100]
        return Response(ReviewSerializer([review_facts(review, person) for review in reviews], many=True).data)


class RunReview(APIView):
    """The review of a run: plan, lanes, progress and the claim so far."""

    @extend_schema(responses=ReviewSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        person = person_of(request)
        review = get_object_or_404(reviews_for(person).select_related("run"), run_id=pk)
        return Response(ReviewSerializer(review_facts(review, person)).data)


class Claim(APIView):
    """Hold the next record; 204 when there is nothing for you (X-Why says why)."""

    @extend_schema(request=None, responses={200: ClaimedRecordSerializer, 204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        review = get_object_or_404(reviews_for(person_of(request)).select_related("run__dataset"), pk=pk)
        record = claim_record(review, by=person_of(request))
        if record is None:
            why = why_not_judge(person_of(request), review) or [NOTHING_WAITS]
            return Response(status=204, headers={"X-Why": " ".join(why)})
        return Response(ClaimedRecordSerializer(_held(record)).data)


def _held(record: ReviewRecord) -> dict[str, Any]:
    return {
        "id": record.pk,
        "position": record.position,
        "fields": [{"label": label, "value": value} for label, value in content_of(record)],
        "token": record.token,
        "lease_until": record.lease_until,
    }


class RecordVerdict(APIView):
    """Judge a record that you hold; the same verdict sent twice is saved once."""

    @extend_schema(request=VerdictRequestSerializer, responses={201: VerdictSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = VerdictRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        judgement = Judgement(said["verdict"], said["reasons"], said["fields"], said["note"])
        verdict = judge_record(_record(request, pk), judgement, token=said["token"], by=person_of(request))
        return Response(VerdictSerializer(verdict).data, status=201)


class Hold(APIView):
    """Hold a record for longer."""

    @extend_schema(request=TokenSerializer, responses=HeldSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        form = TokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        until = hold_record(_record(request, pk), by=person_of(request), **form.validated_data)
        return Response(HeldSerializer({"lease_until": until}).data)


class SkipRecord(APIView):
    """Pass a record that you hold on to others; it does not count as judged."""

    @extend_schema(request=SkipRequestSerializer, responses={201: SkipSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = SkipRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        skip = skip_record(_record(request, pk), by=person_of(request), **form.validated_data)
        return Response(SkipSerializer(skip).data, status=201)


class Why(APIView):
    """Why a record that you hold or have judged is in the review; the question is recorded."""

    @extend_schema(request=None, responses=WhySerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(WhySerializer({"reasons": ask_why(_record(request, pk), by=person_of(request))}).data)


class Undo(APIView):
    """Take back your last verdict or skip and hold its record again; 204 while somebody else is judging it."""

    @extend_schema(request=None, responses={200: ClaimedRecordSerializer, 204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        person = person_of(request)
        record = undo_verdict(get_object_or_404(desk_reviews_for(person), pk=pk), by=person)
        if record.claimed_by_id != person.pk:
            return Response(status=204, headers={"X-Why": "Taken back. Somebody else is judging the record just now."})
        return Response(ClaimedRecordSerializer(_held(record)).data)


class LookAgain(APIView):
    """Say what you see in a record that somebody else has flagged, before you read what they said."""

    @extend_schema(request=SecondLookRequestSerializer, responses={201: SecondLookSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = SecondLookRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        judgement = Judgement(form.validated_data["verdict"], form.validated_data["reasons"])
        look = look_again(_flag_on(_record(request, pk), request), judgement, by=person_of(request))
        return Response(SecondLookSerializer(look).data, status=201)


class Adjudicate(APIView):
    """Settle the leak flags on a record that somebody else raised, after your own second look."""

    @extend_schema(request=AdjudicationRequestSerializer, responses={201: AdjudicationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = AdjudicationRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        flag = _flag_on(_record(request, pk), request)
        return Response(
            AdjudicationSerializer(settle_flag(flag, by=person_of(request), **form.validated_data)).data, status=201
        )


def _record(request: Request, pk: UUID) -> ReviewRecord:
    return get_object_or_404(ReviewRecord, pk=pk, review__in=reviews_for(person_of(request)))


def _flag_on(record: ReviewRecord, request: Request) -> Verdict:
    """The oldest open flag on a record for this person, else any on it, whose refusal then says why."""
    flag = flags_for(person_of(request), record.review).filter(record=record).first()
    flag = flag or record.verdicts.filter(decision=Verdict.Decision.LEAKAGE, undone_at__isnull=True).first()
    if flag is None:
        raise Http404
    return flag


class Gate(APIView):
    """The conditions of a release, collected now."""

    @extend_schema(responses=GateSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        run = run_of(request, pk)
        dossier, conditions = collect(run), gate_conditions(run)
        facts = {
            "is_open": all(line.met for line in conditions),
            "dossier_hash": dossier.hash,
            "conditions": [asdict(line) for line in seen_by(person_of(request), dossier, conditions)],
            "why_not_you": why_not_sign(person_of(request), run),
        }
        return Response(GateSerializer(facts).data)


class Waive(APIView):
    """A steward lets a shortfall of usefulness pass, with a reason."""

    @extend_schema(request=WaiverRequestSerializer, responses={201: None})
    def post(self, request: Request, pk: UUID) -> Response:
        form = WaiverRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        waive_condition(run_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(status=201)


class ReleaseRun(APIView):
    """Release a run's artefact: an open gate and a second person."""

    @extend_schema(request=ReleaseRequestSerializer, responses={201: ReleaseSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = ReleaseRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        release = submit_release(run_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(ReleaseSerializer(release).data, status=201)


class ReleaseList(generics.ListAPIView[Release]):
    """The catalogue."""

    serializer_class = ReleaseSerializer

    def get_queryset(self) -> QuerySet[Release]:
        return releases_for(person_of(self.request)).select_related("run__dataset", "released_by")


class ReleaseDetail(APIView):
    """One release."""

    @extend_schema(responses=ReleaseSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ReleaseSerializer(release_of(request, pk)).data)


class Card(APIView):
    """The data card of a release."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(release_of(request, pk).card["card"])


class Certificate(APIView):
    """The signed certificate of a release."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(release_of(request, pk).certificate)


class ReleaseBytes(APIView):
    """The released bytes. Range requests are answered; the ETag is the SHA-256."""

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=["parquet", "csv", "jsonl", "spreadsheet_csv"])],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        release = release_of(request, pk)
        return deliver(request._request, release, request.query_params.get("format", "parquet"), by=person_of(request))


class Withdraw(APIView):
    """Close the door for a release: later downloads answer 410."""

    @extend_schema(request=WithdrawSerializer, responses=ReleaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        form = WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        release = release_of(request, pk)
        withdraw_release(release, by=person_of(request), **form.validated_data)
        return Response(ReleaseSerializer(release).data)
