"""The API of "what is sensitive here": columns and texts that hold something, over all datasets a person sees."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from generation.permissions import datasets_for
from generation.repositories.sensitive.holdings import Holding, Wanted, holdings_in
from synthportal.web.api import person_of

ASKED = {
    "q": "words of the name of a dataset or column",
    "entity": "what was found, such as PERSON",
    "dataset": "the id of a dataset",
    "treatment": "that of the newest plan, such as keep or redact",
    "role": "direct, quasi, sensitive, target or other",
}


class HoldingSerializer(serializers.Serializer[Any]):
    """A column that holds something: what, how sure, how the newest plan treats it, and where it was released."""

    dataset = serializers.UUIDField()
    dataset_name = serializers.CharField()
    owner = serializers.CharField()
    column = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the metaclass takes the fields
    sdtype = serializers.CharField()
    role = serializers.CharField()
    why = serializers.CharField()
    findings = serializers.ListField(child=serializers.DictField())
    recall = serializers.ListField(child=serializers.DictField())
    treatment = serializers.CharField()
    is_confirmed = serializers.BooleanField()
    is_untreated = serializers.BooleanField()
    releases = serializers.ListField(child=serializers.DictField())


def facts_of(one: Holding) -> dict[str, object]:
    """A holding in JSON's types."""
    column = one.column
    return {
        "dataset": one.dataset.pk,
        "dataset_name": one.dataset.name,
        "owner": one.dataset.owner.username,
        "column": column.name,
        "label": column.label,
        "sdtype": str(column.sdtype),
        "role": str(column.role),
        "why": column.why,
        "findings": [asdict(finding) for finding in column.findings],
        "recall": [asdict(recall) for recall in column.recall],
        "treatment": str(one.treatment or ""),
        "is_confirmed": one.is_confirmed,
        "is_untreated": one.is_untreated,
        "releases": [{"id": each.id, "number": each.number, "status": each.status} for each in one.releases],
    }


class SensitiveList(generics.GenericAPIView[Any]):
    """What is sensitive here."""

    serializer_class = HoldingSerializer

    @extend_schema(
        parameters=[OpenApiParameter(name, str, description=what) for name, what in ASKED.items()],
        responses=HoldingSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Columns and texts that hold something, in all datasets. May: everybody; the list holds what you see."""
        asked = {name: request.query_params.get(name, "").strip() for name in ASKED}
        wanted = Wanted(asked.pop("q"), **asked)
        found = [one for one in holdings_in(datasets_for(person_of(request))) if wanted.takes(one)]
        page: Any = self.paginate_queryset(found)
        return self.get_paginated_response([facts_of(one) for one in page])
