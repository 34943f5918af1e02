"""The API of the privacy budget: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of
from generation.models import Dataset
from generation.repositories.budget import budget_of, limits_of, spends_of
from generation.tasks import submit_privacy_limit, submit_privacy_limit_decision
from synthportal.roles import Role, require
from synthportal.web.api import person_of
from synthportal.web.forms import REASON_LENGTH


class PrivacySpendSerializer(serializers.Serializer[Any]):
    """What one run took."""

    run = serializers.UUIDField(source="run_id")
    dataset = serializers.UUIDField(source="dataset_id")
    epsilon = serializers.FloatField()
    delta = serializers.FloatField()
    created_at = serializers.DateTimeField()


class PrivacyLimitSerializer(serializers.Serializer[Any]):
    """A limit that a steward wrote. `holds` is null while it waits for a second steward."""

    version = serializers.IntegerField(read_only=True)
    epsilon = serializers.FloatField()
    reason = serializers.CharField(max_length=2000)
    by = serializers.CharField(source="by.username", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    holds = serializers.BooleanField(source="decision.holds", default=None, read_only=True, allow_null=True)


class PrivacyLimitDecisionSerializer(serializers.Serializer[Any]):
    """A second steward lets the limit that waits hold, or refuses it, with a note."""

    version = serializers.IntegerField(min_value=1)
    holds = serializers.BooleanField()
    note = serializers.CharField(max_length=REASON_LENGTH)


# Programs that were made from the schema know it by this name.
@extend_schema_serializer(component_name="Ledger")
class BudgetSerializer(serializers.Serializer[Any]):
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


class BudgetDetail(APIView):
    """The privacy ledger of a dataset's source; a steward PUTs another limit, which waits for a second one."""

    @extend_schema(responses=BudgetSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The privacy ledger of the dataset's source: limit, spent, left, every spend and every limit.

        May: who sees the dataset.
        """
        return Response(BudgetSerializer(dataset_of(request, pk)).data)

    @extend_schema(request=PrivacyLimitSerializer, responses=BudgetSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        """Write another limit, with a reason: it waits for a second steward.

        May: stewards, not on their own dataset.
        """
        dataset, form = dataset_of(request, pk), PrivacyLimitSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        submit_privacy_limit(dataset, given["epsilon"], reason=given["reason"], by=person_of(request))
        return Response(BudgetSerializer(dataset).data)


class BudgetDecision(APIView):
    """A second steward decides about the limit that waits."""

    @extend_schema(request=PrivacyLimitDecisionSerializer, responses={201: BudgetSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Confirm or refuse the limit that waits. May: stewards, not its author, not on their own dataset."""
        dataset, form = dataset_of(request, pk), PrivacyLimitDecisionSerializer(data=request.data)
        require(person_of(request), Role.STEWARD)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        submit_privacy_limit_decision(
            dataset, said["version"], holds=said["holds"], note=said["note"], by=person_of(request)
        )
        return Response(BudgetSerializer(dataset).data, status=201)
