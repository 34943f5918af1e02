"""The API of using a release: its records and columns, access to it, a token for it alone, reports of records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reviews.api.releases import release_of
from reviews.models import AccessRequest
from reviews.permissions import access_requests_for
from reviews.stages.use.view import LONGEST_WORDS, view_columns, view_rows
from reviews.tasks import submit_access_request, submit_grant, submit_refusal, submit_report
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role, has_role
from synthportal.web.api import person_of

TOKEN_DAYS = 30


class RowsQuerySerializer(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_WORDS)
    column = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0, max_value=10_000)
    first = serializers.IntegerField(required=False, default=0, min_value=0, max_value=10**9)


class PurposeSerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField(max_length=2000)


class UntilSerializer(serializers.Serializer[Any]):
    until = serializers.DateField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class ReportSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)
    words = serializers.CharField(max_length=4000)


class AccessSerializer(serializers.ModelSerializer[AccessRequest]):
    """What was asked for, and what became of it."""

    person = serializers.CharField(source="person.username")

    class Meta:
        model = AccessRequest
        fields = ["id", "release", "person", "purpose", "status", "asked_at", "until", "reason"]


class ReleaseRows(APIView):
    """Records of a release."""

    @extend_schema(parameters=[RowsQuerySerializer], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """Up to 50 records from the `first` match on; `q` is looked for in every column or in `column` (its place).
        May: who may download the release.
        """
        form = RowsQuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        release, person = release_of(request, pk), person_of(request)
        found = view_rows(release, words=asked["q"], column=asked["column"], first=asked["first"], by=person)
        facts = {"columns": found.head, "found": found.found, "more": found.more}
        return Response(
            facts | {"rows": [{"row": r, "cells": c} for r, c in zip(found.places, found.cells, strict=True)]}
        )


class ReleaseColumns(APIView):
    """Statistics of the columns of a release."""

    @extend_schema(responses=serializers.ListSerializer(child=serializers.DictField()))
    def get(self, request: Request, pk: UUID) -> Response:
        """Type, missing, distinct, ends and counts by bin or category. May: who may download the release."""
        names = ("label", "type", "records", "missing", "distinct", "low", "high", "counts")
        found = view_columns(release_of(request, pk), by=person_of(request))
        return Response([{name: getattr(column, name) for name in names} for column in found])


class ReleaseAccess(APIView):
    """Access to a release that is held on request."""

    @extend_schema(responses=AccessSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """Your requests for this release, all of them for stewards. May: who sees the release."""
        release, person = release_of(request, pk), person_of(request)
        found = release.access_requests.select_related("person")
        seen = found if has_role(person, Role.STEWARD) else found.filter(person=person)
        return Response(AccessSerializer(seen, many=True).data)

    @extend_schema(request=PurposeSerializer, responses={201: AccessSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask to hold the release, with a purpose. May: who sees the release and does not hold it."""
        release = release_of(request, pk)
        form = PurposeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = submit_access_request(release, by=person_of(request), **form.validated_data)
        return Response(AccessSerializer(asked).data, status=201)


class Grant(APIView):
    """A decision on a request for access."""

    @extend_schema(request=UntilSerializer, responses=AccessSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Grant access until a day. May: stewards."""
        asked = _asked(request, pk)
        form = UntilSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submit_grant(asked, by=person_of(request), **form.validated_data)
        return Response(AccessSerializer(asked).data)


class Refuse(APIView):
    """A refusal, or access taken back."""

    @extend_schema(request=ReasonSerializer, responses=AccessSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Refuse a request, or take back what was granted, with a reason. May: stewards."""
        asked = _asked(request, pk)
        form = ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submit_refusal(asked, by=person_of(request), **form.validated_data)
        return Response(AccessSerializer(asked).data)


class ReleaseToken(APIView):
    """A token that opens one release."""

    @extend_schema(request=None, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, pk: UUID) -> Response:
        """Make a token that reads this release alone, for 30 days; the secret is shown this once. May: who sees it."""
        release, person = release_of(request, pk), person_of(request)
        name = f"release {release.number}"
        token, secret = create_token(person, name, days=TOKEN_DAYS, can_write=False, only_for={"release": release.pk})
        return Response({"token": secret, "expires_at": token.expires_at}, status=201)


class ReleaseReport(APIView):
    """A record that gives somebody away."""

    @extend_schema(request=ReportSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, pk: UUID) -> Response:
        """Report a record by its row in the Parquet file, from 0. May: who may download the release."""
        release = release_of(request, pk)
        form = ReportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = submit_report(release, by=person_of(request), **form.validated_data)
        return Response({"id": str(told.pk), "status": told.status}, status=201)


def _asked(request: Request, pk: UUID) -> AccessRequest:
    found = access_requests_for(person_of(request)).select_related("release__run__dataset", "person")
    return get_object_or_404(found, pk=pk)
