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
from reviews.repositories.files import BUNDLE
from reviews.stages.export import export_release, file_to_export
from reviews.stages.release import withdraw_release
from synthportal.models import ApiToken
from synthportal.web.api import person_of
from synthportal.web.delivery import deliver


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A release and what it claims."""

    run = serializers.UUIDField(source="run_id")
    dataset = serializers.CharField(source="run.dataset.name")
    purpose = serializers.CharField(source="run.dataset.purpose")
    rows = serializers.IntegerField(source="run.artefact_rows")
    released_by = serializers.CharField(source="released_by.display_name")

    class Meta:
        model = Release
        fields = [
            "id", "number", "run", "dataset", "purpose", "status", "rows", "artefact_sha256", "dossier_hash", "claim",
            "released_by", "released_at", "withdrawn_at", "withdrawn_reason",
        ]  # fmt: skip


def release_of(request: Request, pk: UUID) -> Release:
    """A release this person sees, else 404."""
    return get_object_or_404(releases_for(person_of(request)), pk=pk)


class ReleaseList(generics.ListAPIView[Release]):
    """The catalogue of releases. May: everybody; the list holds what you see."""

    serializer_class = ReleaseSerializer

    def get_queryset(self) -> QuerySet[Release]:
        return releases_for(person_of(self.request)).select_related("run__dataset", "released_by")


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
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
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
        withdraw_release(release, by=person_of(request), **form.validated_data)
        return Response(ReleaseSerializer(release).data)
