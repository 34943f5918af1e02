"""The API of the privacy ledger: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api import dataset_of
from generation.ledger import budget_of, change_limit, limits_of, spends_of
from generation.models import Dataset
from synthportal.api import person_of


class PrivacySpendSerializer(serializers.Serializer[Any]):
    """What one run took."""

    run = serializers.UUIDField(source="run_id")
    dataset = serializers.UUIDField(source="dataset_id")
    epsilon = serializers.FloatField()
    delta = serializers.FloatField()
    created_at = serializers.DateTimeField()


class PrivacyLimitSerializer(serializers.Serializer[Any]):
    """A limit that a steward set."""

    epsilon = serializers.FloatField()
    reason = serializers.CharField(max_length=2000)
    by = serializers.CharField(source="by.username", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class LedgerSerializer(serializers.Serializer[Any]):
    """The privacy ledger of a dataset's source: figures, every spend, and every limit, newest first."""

    sha256 = serializers.CharField()
    limit = serializers.SerializerMethodField()
    spent = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    delta = serializers.SerializerMethodField()
    spends = serializers.SerializerMethodField()
    limits = serializers.SerializerMethodField()

    def get_limit(self, dataset: Dataset) -> float:
        return budget_of(dataset).limit

    def get_spent(self, dataset: Dataset) -> float:
        return budget_of(dataset).spent

    def get_left(self, dataset: Dataset) -> float:
        return budget_of(dataset).left

    def get_delta(self, dataset: Dataset) -> float:
        return budget_of(dataset).delta

    @extend_schema_field(PrivacySpendSerializer(many=True))
    def get_spends(self, dataset: Dataset) -> Any:
        return PrivacySpendSerializer(spends_of(dataset), many=True).data

    @extend_schema_field(PrivacyLimitSerializer(many=True))
    def get_limits(self, dataset: Dataset) -> Any:
        return PrivacyLimitSerializer(limits_of(dataset), many=True).data


class Ledger(APIView):
    """The privacy ledger of a dataset's source; a steward PUTs another limit, with a reason."""

    @extend_schema(responses=LedgerSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LedgerSerializer(dataset_of(request, pk)).data)

    @extend_schema(request=PrivacyLimitSerializer, responses=LedgerSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        dataset, form = dataset_of(request, pk), PrivacyLimitSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        change_limit(dataset, given["epsilon"], reason=given["reason"], by=person_of(request))
        return Response(LedgerSerializer(dataset).data)
