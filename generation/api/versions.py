"""The API of versions: what changed in a dataset since the one before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of
from generation.engine.profiling.versions import ColumnChange
from generation.permissions import datasets_for
from generation.repositories.tables import records_in_both
from generation.stages.changes.carry import changes_of, earlier_of
from synthportal.web.api import person_of


class ColumnChangeSerializer(serializers.Serializer[Any]):
    """One column in both versions; shares are 0..1, and 0 where a difference may be chance."""

    column = serializers.CharField(source="label", help_text="its label")
    change = serializers.ChoiceField(choices=["new", "gone", "changed", "same"])
    moved = serializers.FloatField(help_text="least share of the values that lies elsewhere now")
    missing = serializers.FloatField(help_text="how much the share of missing values grew")
    found = serializers.ListField(child=serializers.CharField(), help_text="kinds of personal data found only now")
    lost = serializers.ListField(child=serializers.CharField(), help_text="kinds found only before")
    is_retyped = serializers.BooleanField()


class DatasetChangesSerializer(serializers.Serializer[Any]):
    """A dataset beside the version before; `records_in_both` is an estimate, null where the columns differ."""

    version_of = serializers.UUIDField()
    records_before = serializers.IntegerField()
    records = serializers.IntegerField()
    records_in_both = serializers.IntegerField(allow_null=True)
    columns = ColumnChangeSerializer(many=True)


class DatasetChanges(APIView):
    """Two versions of a dataset beside each other."""

    @extend_schema(responses=DatasetChangesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """What changed since the version before. May: who sees both datasets."""
        dataset = dataset_of(request, pk)
        earlier, changes = earlier_of(dataset), changes_of(dataset)
        seen = datasets_for(person_of(request))
        if earlier is None or not changes or not seen.filter(pk=earlier.pk).exists():
            raise Http404
        facts = {
            "version_of": earlier.pk,
            "records_before": earlier.rows,
            "records": dataset.rows,
            "records_in_both": records_in_both(earlier, dataset),
            "columns": [_facts(change) for change in changes],
        }
        return Response(DatasetChangesSerializer(facts).data)


def _facts(change: ColumnChange) -> dict[str, object]:
    what = "new" if change.before is None else "gone" if change.after is None else ""
    names = ("label", "moved", "missing", "found", "lost", "is_retyped")
    facts: dict[str, object] = {name: getattr(change, name) for name in names}
    return facts | {"change": what or ("same" if change.is_same else "changed")}
