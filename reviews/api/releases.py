"""The API of releases: card, certificate, bytes, withdrawal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reviews.models import Release, ReleasedFile
from reviews.permissions import releases_for
from reviews.repositories.catalogue.search import with_column
from reviews.repositories.catalogue.standing import stands_as, with_standing
from reviews.repositories.files import BUNDLE
from reviews.stages.export import export_release, file_to_export
from reviews.tasks import submit_withdrawal
from synthportal.models import ApiToken
from synthportal.web.api import person_of
from synthportal.web.delivery import deliver
from synthportal.web.schema import FILES

MOST_DIGITS = 9


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A release and what it claims."""

    run = serializers.UUIDField(source="run_id")
    dataset = serializers.CharField(source="run.dataset.name")
    purpose = serializers.CharField(source="run.dataset.purpose")
    rows = serializers.IntegerField(source="run.artefact_rows")
    released_by = serializers.CharField(source="released_by.display_name")
    standing = serializers.SerializerMethodField(help_text="released, suspended, withdrawn or expired, as it is now")

    class Meta:
        model = Release
        fields = [
            "id", "number", "run", "dataset", "purpose", "status", "rows", "artefact_sha256", "dossier_hash", "claim",
            "released_by", "released_at", "withdrawn_at", "withdrawn_reason", "on_request", "standing",
        ]  # fmt: skip

    def get_standing(self, release: Release) -> str:
        return str(vars(release).get("stands_as") or stands_as(release))


def release_of(request: Request, pk: UUID) -> Release:
    """A release this person sees, else 404."""
    return get_object_or_404(releases_for(person_of(request)), pk=pk)


class ReleaseList(generics.ListAPIView[Release]):
    """The catalogue of releases. May: everybody; the list holds what you see."""

    serializer_class = ReleaseSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("number", int, description="of the release"),
            OpenApiParameter("column", str, description="words of the name or description of a column"),
            OpenApiParameter("purpose", str, description="of the dataset"),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The releases that you see, the newest first. May: everybody; the list holds what you see."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Release]:
        found = releases_for(person_of(self.request)).select_related("run__dataset", "released_by")
        asked = self.request.query_params
        if number := asked.get("number", ""):
            is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
            found = found.filter(number=int(number)) if is_number else found.none()
        if column := asked.get("column", "").replace("\x00", ""):
            found = with_column(found, column)
        found = found.filter(run__dataset__purpose=asked["purpose"]) if asked.get("purpose") else found
        return with_standing(found)


class ReleaseDetail(APIView):
    """One release."""

    @extend_schema(responses=ReleaseSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """One release and what it claims. May: who sees the release."""
        return Response(ReleaseSerializer(release_of(request, pk)).data)


class Card(APIView):
    """The data card of a release."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """The data card of a release. May: who sees the release."""
        return Response(release_of(request, pk).card["card"])


class Certificate(APIView):
    """The signed certificate of a release."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """The signed certificate of a release. May: who sees the release."""
        return Response(release_of(request, pk).certificate)


class ReleaseBytes(APIView):
    """The released bytes. Ranges, HEAD and If-None-Match are answered; the ETag names the bytes for good."""

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=[*ReleasedFile.Format.values, BUNDLE])],
        responses=FILES,
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The released bytes, whole or one byte range; the ETag is the SHA-256. May: who sees the release."""
        release = release_of(request, pk)
        fmt, person = request.query_params.get("format", "parquet"), person_of(request)
        return deliver(
            request._request,
            lambda: file_to_export(release, fmt, by=person),
            lambda span: export_release(release, fmt, by=person, span=span, token=token_of(request)),
        )


def token_of(request: Request) -> str:
    """The prefix of the API token that asks; "" for a browser."""
    return request.auth.prefix if isinstance(request.auth, ApiToken) else ""


class Withdraw(APIView):
    """Close the door for a release: later downloads answer 410."""

    @extend_schema(request=WithdrawSerializer, responses=ReleaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Close the door for a release: later downloads answer 410. May: stewards."""
        form = WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        release = release_of(request, pk)
        submit_withdrawal(release, by=person_of(request), **form.validated_data)
        return Response(ReleaseSerializer(release).data)
