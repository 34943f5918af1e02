"""The API of the desk: claim, hold, judge, skip, undo, second look, adjudication. The same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reviews.engine.reading.judgement import LONGEST_NOTE, Judgement
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.permissions import desk_reviews_for, may_see, reviews_for
from reviews.repositories.queue import why_not_judge
from reviews.repositories.samples import content_of, invented_in
from reviews.stages.adjudicate import flags_for, look_again, settle_flag
from reviews.stages.review import ask_why, claim_record, hold_record, judge_record, skip_record
from reviews.stages.undo import take_back_skip, undo_verdict, where_it_is
from synthportal.models import Person
from synthportal.web.api import person_of


class FieldSerializer(serializers.Serializer[Any]):
    """One cell; `invented`: the portal made the value up, as in every record of the review. `label` is a name that
    serializers use themselves, so it is put in by hand.
    """

    value = serializers.JSONField(allow_null=True)
    invented = serializers.BooleanField()

    def get_fields(self) -> Any:
        return {"label": serializers.CharField(), **super().get_fields()}


class ClaimedRecordSerializer(serializers.Serializer[Any]):
    """A record to judge, with the lease and the fencing token its verdict must carry."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    fields_ = FieldSerializer(many=True)
    token = serializers.IntegerField()
    lease_until = serializers.DateTimeField()

    def get_fields(self) -> Any:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class VerdictRequestSerializer(serializers.Serializer[Any]):
    """A verdict on a record that one holds."""

    verdict = serializers.ChoiceField(choices=Verdict.Decision.choices)
    reasons = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)
    fields_ = serializers.ListField(child=serializers.IntegerField(min_value=0), required=False, default=list)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)
    token = serializers.IntegerField(min_value=0)
    next = serializers.BooleanField(required=False, default=False)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class VerdictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    record = serializers.UUIDField(source="record_id")
    verdict = serializers.CharField(source="decision")
    reasons = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class JudgedSerializer(VerdictSerializer):
    """The verdict and, where it was asked for, the next record, which you hold now; null when there is none for you."""

    next = ClaimedRecordSerializer(allow_null=True, required=False)


class TokenSerializer(serializers.Serializer[Any]):
    """The fencing token of a record that one holds."""

    token = serializers.IntegerField(min_value=0)


class HeldSerializer(serializers.Serializer[Any]):
    lease_until = serializers.DateTimeField()


class SkipRequestSerializer(TokenSerializer):
    """Why a record is passed on."""

    reason = serializers.ChoiceField(choices=Skip.Reason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)


class SkipSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    record = serializers.UUIDField(source="record_id")
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class WhySerializer(serializers.Serializer[Any]):
    reasons = serializers.ListField(child=serializers.CharField())


class SecondLookRequestSerializer(serializers.Serializer[Any]):
    """What a second person sees in a flagged record."""

    verdict = serializers.ChoiceField(choices=Verdict.Decision.choices)
    reasons = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)


class SecondLookSerializer(serializers.Serializer[Any]):
    """Your second look, and what the first person said."""

    id = serializers.UUIDField()
    verdict = serializers.CharField(source="decision")
    reasons = serializers.ListField(child=serializers.CharField())
    first = VerdictSerializer(source="verdict")


class AdjudicationRequestSerializer(serializers.Serializer[Any]):
    """How a second person settles the leak flag on a record. A confirmed leak needs a `note`: without one, 400."""

    is_leak = serializers.BooleanField()
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)


class AdjudicationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    verdict = serializers.UUIDField(source="verdict_id")
    is_leak = serializers.BooleanField()


NOTHING_WAITS = "No record waits for you: all are judged, skipped or held by others."


class Claim(APIView):
    """Hold the next record; 204 when there is nothing for you (X-Why says why)."""

    @extend_schema(request=None, responses={200: ClaimedRecordSerializer, 204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Hold the next record; 204 when there is nothing for you (X-Why says why).

        May: annotators, not on their own dataset or run.
        """
        review = get_object_or_404(reviews_for(person_of(request)).select_related("run__dataset"), pk=pk)
        record = claim_record(review, by=person_of(request))
        if record is None:
            why = why_not_judge(person_of(request), review) or [NOTHING_WAITS]
            return Response(status=204, headers={"X-Why": " ".join(why)})
        return Response(ClaimedRecordSerializer(_held(record)).data)


def _held(record: ReviewRecord) -> dict[str, Any]:
    content, invented = content_of(record), invented_in(record.review.run)
    return {
        "id": record.pk,
        "position": record.position,
        "fields": [
            {"label": label, "value": value, "invented": place in invented}
            for place, (label, value) in enumerate(content)
        ],
        "token": record.token,
        "lease_until": record.lease_until,
    }


class RecordVerdict(APIView):
    """Judge a record that you hold; the same verdict sent twice is saved once."""

    @extend_schema(request=VerdictRequestSerializer, responses={201: JudgedSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Judge a record that you hold; the same verdict sent twice is saved once. With `next` the answer has the
        record that you hold then.

        May: who holds the record.
        """
        form = VerdictRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        judgement = Judgement(said["verdict"], said["reasons"], said["fields"], said["note"])
        record, person = _record(request, pk), person_of(request)
        verdict = judge_record(record, judgement, token=said["token"], by=person)
        answer = VerdictSerializer(verdict).data
        return Response(answer | _next(record.review, person) if said["next"] else answer, status=201)


def _next(review: Review, person: Person) -> dict[str, Any]:
    found = claim_record(review, by=person)
    return {"next": ClaimedRecordSerializer(_held(found)).data if found else None}


class Hold(APIView):
    """Hold a record for longer."""

    @extend_schema(request=TokenSerializer, responses=HeldSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Hold a record for longer. May: who holds the record."""
        form = TokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        until = hold_record(_record(request, pk), by=person_of(request), **form.validated_data)
        return Response(HeldSerializer({"lease_until": until}).data)


class SkipRecord(APIView):
    """Pass a record that you hold on to others; it does not count as judged."""

    @extend_schema(request=SkipRequestSerializer, responses={201: SkipSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Pass a held record on to others; it does not count as judged. May: who holds the record."""
        form = SkipRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        skip = skip_record(_record(request, pk), by=person_of(request), **form.validated_data)
        return Response(SkipSerializer(skip).data, status=201)

    @extend_schema(request=None, responses={200: ClaimedRecordSerializer, 204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take your skip back, whatever you have said since, and hold the record again; 204 if others have it or have
        judged it.

        May: who skipped the record.
        """
        return _taken_back(take_back_skip(_record(request, pk), by=person_of(request)), person_of(request))


class Why(APIView):
    """Why a record that you hold or have judged is in the review; the question is recorded."""

    @extend_schema(request=None, responses=WhySerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Why a record is in the review; the question is recorded. May: who holds the record or has judged it."""
        return Response(WhySerializer({"reasons": ask_why(_record(request, pk), by=person_of(request))}).data)


class Undo(APIView):
    """Take back your last verdict or skip and hold its record again; 204 if others have it or have judged it."""

    @extend_schema(request=None, responses={200: ClaimedRecordSerializer, 204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Take back your last verdict or skip and hold its record again; 204 if others have it or have judged it.

        May: annotators, not on their own dataset or run.
        """
        person = person_of(request)
        record = undo_verdict(get_object_or_404(desk_reviews_for(person), pk=pk), by=person)
        return _taken_back(record, person)


def _taken_back(record: ReviewRecord, person: Person) -> Response:
    if record.claimed_by_id != person.pk:
        return Response(status=204, headers={"X-Why": f"Taken back. The record {where_it_is(record, person)}."})
    return Response(ClaimedRecordSerializer(_held(record)).data)


class LookAgain(APIView):
    """Say what you see in a record that somebody else has flagged, before you read what they said."""

    @extend_schema(request=SecondLookRequestSerializer, responses={201: SecondLookSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Say what you see in a flagged record before you read the flag; the answer has the first verdict.

        May: annotators and stewards, not who raised the flag, not on their own dataset or run.
        """
        form = SecondLookRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        judgement = Judgement(form.validated_data["verdict"], form.validated_data["reasons"])
        look = look_again(_flag_on(_record(request, pk), request), judgement, by=person_of(request))
        return Response(SecondLookSerializer(look).data, status=201)


class Adjudicate(APIView):
    """Settle the leak flags on a record that somebody else raised, after your own second look."""

    @extend_schema(request=AdjudicationRequestSerializer, responses={201: AdjudicationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Settle the flags on a record after your second look; 409 without one, 400 for a leak without a note.

        May: annotators and stewards, not who raised the flag, not on their own dataset or run.
        """
        form = AdjudicationRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        flag = _flag_on(_record(request, pk), request)
        return Response(
            AdjudicationSerializer(settle_flag(flag, by=person_of(request), **form.validated_data)).data, status=201
        )


def _record(request: Request, pk: UUID) -> ReviewRecord:
    record = get_object_or_404(ReviewRecord.objects.select_related("review__run__dataset"), pk=pk)
    if not may_see(person_of(request), record.review):
        raise Http404
    return record


def _flag_on(record: ReviewRecord, request: Request) -> Verdict:
    """The oldest open flag on a record for this person, else any on it, whose refusal then says why."""
    flag = flags_for(person_of(request), record.review).filter(record=record).first()
    flag = flag or record.verdicts.filter(decision=Verdict.Decision.LEAKAGE, undone_at__isnull=True).first()
    if flag is None:
        raise Http404
    return flag
