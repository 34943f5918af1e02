"""The API of written exceptions: the same verb as the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of
from generation.stages.govern import write_exception
from synthportal.web.api import person_of


class WrittenExceptionSerializer(serializers.Serializer[Any]):
    """A steward lets the direct identifiers of a column (c0, c1, ...) stay as they are, or takes that back."""

    column = serializers.CharField(max_length=12)
    is_granted = serializers.BooleanField(default=True)
    reason = serializers.CharField(max_length=2000)
    by = serializers.CharField(source="by.username", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class WrittenExceptionList(APIView):
    """The written exceptions of a dataset, oldest first; the newest of a column counts."""

    @extend_schema(responses=WrittenExceptionSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """Every exception that was written, with its reason. May: who sees the dataset."""
        written = dataset_of(request, pk).exceptions.select_related("by").order_by("pk")
        return Response(WrittenExceptionSerializer(written, many=True).data)

    @extend_schema(request=WrittenExceptionSerializer, responses={201: WrittenExceptionSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Write an exception, or take one back with `is_granted` false. May: stewards, not on their own dataset."""
        dataset, form = dataset_of(request, pk), WrittenExceptionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        written = write_exception(dataset, by=person_of(request), **form.validated_data)
        return Response(WrittenExceptionSerializer(written).data, status=201)
