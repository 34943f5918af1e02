"""The API of what is signed of a release: attestation, signed files, lineage, derived sets, notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.permissions import datasets_for
from reviews.api.releases import release_of, token_of
from reviews.models import Attestation, Derived, Release
from reviews.permissions import releases_for
from reviews.repositories.catalogue.standing import newest_signed
from reviews.repositories.catalogue.upstream import upstream_of
from reviews.repositories.trust.lineage import downstream_of, lineage_of
from reviews.stages.derive import tell_derived
from reviews.stages.export import export_release, file_to_export
from reviews.tasks import submit_attestation
from synthportal.models import Notice
from synthportal.people.messages.standing import StandingNotice, standing_notices
from synthportal.web.api import person_of
from synthportal.web.delivery import deliver
from synthportal.web.schema import FILES

NOTICES = 100  # of what happened, the newest


class AttestationRequestSerializer(serializers.Serializer[Any]):
    """For how many days (0: never expires; the portal's own number if left out), and the share of a test split."""

    days = serializers.IntegerField(required=False, min_value=0, max_value=3650)
    test_share = serializers.FloatField(required=False, default=0.0, min_value=0, max_value=0.5)


class AttestationSerializer(serializers.ModelSerializer[Attestation]):
    """A signature over every file that was asked for; `signed_at` is empty until it is there."""

    asked_by = serializers.CharField(source="asked_by.display_name")

    class Meta:
        model = Attestation
        fields = [
            "number",
            "asked_by",
            "asked_at",
            "expires_at",
            "test_share",
            "signed_at",
            "statement_sha256",
            "key_id",
        ]


class DerivedRequestSerializer(serializers.Serializer[Any]):
    """What was made: a dataset of yours by id, or something elsewhere by name."""

    dataset = serializers.UUIDField(required=False)
    name = serializers.CharField(required=False, default="", max_length=120, allow_blank=True)


class DerivedSerializer(serializers.ModelSerializer[Derived]):
    told_by = serializers.CharField(source="told_by.display_name")

    class Meta:
        model = Derived
        fields = ["id", "dataset", "name", "told_by", "told_at"]


class NoticeSerializer(serializers.Serializer[Any]):
    """One notice. Of event `do_not_use`: a release that you took, why and since when you should not use it any more."""

    event = serializers.CharField()
    words = serializers.CharField()
    path = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    release = serializers.UUIDField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    taken_at = serializers.DateTimeField(allow_null=True)


class AttestationOf(APIView):
    """The signature over every file of a release."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest attestation: a DSSE envelope with an in-toto statement. May: who sees the release."""
        signed = newest_signed(release_of(request, pk))
        if signed is None:
            raise Http404
        return Response(signed.envelope)

    @extend_schema(request=AttestationRequestSerializer, responses={202: AttestationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for every file to be laid out and signed, until another day. May: stewards."""
        form = AttestationRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = submit_attestation(release_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(AttestationSerializer(asked).data, status=202)


class SignedFile(APIView):
    """Any file that was signed, by its path in the statement, `attestation.dsse.json` too."""

    @extend_schema(responses=FILES)
    def get(self, request: Request, pk: UUID, path: str) -> HttpResponseBase:
        """A signed file by its path, whole or one byte range. May: who sees the release."""
        release, person = release_of(request, pk), person_of(request)
        return deliver(
            request._request,
            lambda: file_to_export(release, path, by=person),
            lambda span: export_release(release, path, by=person, span=span, token=token_of(request)),
        )


class Lineage(APIView):
    """Where a release comes from and what was made of it."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """Runs, looks and releases of its source; what it was made from and what of it. May: who sees the release."""
        release, seen = release_of(request, pk), releases_for(person_of(request))
        found = lineage_of(release, {})
        numbers = set(seen.values_list("number", flat=True))
        found["releases"] = [one for one in found["releases"] if one["number"] in numbers]
        found["made_from"] = _shown(upstream_of(release.run.dataset), numbers)
        found["made_of_it"] = _shown(downstream_of(release), numbers)
        found["derived"] = DerivedSerializer(release.derived.select_related("told_by"), many=True).data
        return Response(found)


def _shown(releases: list[Release], numbers: set[int]) -> list[dict[str, Any]]:
    seen = [one for one in releases if one.number in numbers]
    return [{"id": str(one.pk), "number": one.number, "status": one.status} for one in seen]


class DerivedOf(APIView):
    """What was made from a release."""

    @extend_schema(request=DerivedRequestSerializer, responses={201: DerivedSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Say that something was made from a release, so that a withdrawal reaches it. May: who sees the release."""
        form = DerivedRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        release, person, said = release_of(request, pk), person_of(request), form.validated_data
        own = get_object_or_404(datasets_for(person), pk=said["dataset"]) if "dataset" in said else None
        told = tell_derived(release, name=said["name"], by=person, dataset=own)
        return Response(DerivedSerializer(told).data, status=201)


class Notices(APIView):
    """Your notices: the same that the page shows."""

    @extend_schema(responses=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """First what you should not use any more, then what happened, the newest first. May: everybody."""
        person = person_of(request)
        rows = [*map(_stands, standing_notices(person)), *map(_happened, person.notices.all()[:NOTICES])]
        return Response(NoticeSerializer(rows, many=True).data)


def _stands(notice: StandingNotice) -> dict[str, Any]:
    return {
        "event": "do_not_use",
        "words": f"{notice.title}: {notice.why}",
        "path": notice.path,
        "at": notice.at,
        "read_at": None,
        "release": notice.release,
        "number": notice.number,
        "why": notice.why,
        "since": notice.at,
        "taken_at": notice.taken_at,
    }


def _happened(notice: Notice) -> dict[str, Any]:
    facts = {name: getattr(notice, name) for name in ("event", "words", "path", "at", "read_at")}
    return facts | dict.fromkeys(("release", "number", "why", "since", "taken_at"))
