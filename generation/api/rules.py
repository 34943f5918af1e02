"""The API of a dataset's rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of
from generation.engine.predicates.predicate import Lookup
from generation.models import Dataset
from generation.repositories.rules.declared import RuleLine, declared_in, lines_in, open_proposals
from generation.repositories.tables import schema_from_json
from generation.stages.declare import declare_rules
from synthportal.web.api import person_of


class RuleSerializer(serializers.Serializer[Any]):
    """A rule in its plain form; `held` of `of` training records keep it.

    `weak` says why it should not be accepted unread; empty where the records speak for it.
    """

    rule = serializers.DictField()
    held = serializers.IntegerField()
    of = serializers.IntegerField()
    weak = serializers.CharField(allow_blank=True)


class RulesSerializer(serializers.Serializer[Any]):
    """The newest declared version (0 before there is one), and what the portal proposes."""

    version = serializers.IntegerField()
    rules = RuleSerializer(many=True)
    proposed = RuleSerializer(many=True)


class RulesChangeSerializer(serializers.Serializer[Any]):
    """All rules, each in its plain form; they replace the version before."""

    rules = serializers.ListField(child=serializers.DictField(), allow_empty=True)


class Rules(APIView):
    """The rules of a dataset; PUT declares a new version."""

    @extend_schema(responses=RulesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The declared rules and the portal's proposals, each with how many training records keep it.

        May: who sees the dataset.
        """
        return Response(_facts(dataset_of(request, pk)))

    @extend_schema(request=RulesChangeSerializer, responses=RulesSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        """Declare a new version of the rules. May: the dataset's owner."""
        dataset = dataset_of(request, pk)
        form = RulesChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        declare_rules(dataset, form.validated_data["rules"], by=person_of(request))
        return Response(_facts(dataset))


def _facts(dataset: Dataset) -> dict[str, Any]:
    if dataset.status != Dataset.Status.MINIMISED:
        return {"version": 0, "rules": [], "proposed": []}
    call, declared = Lookup(schema_from_json(dataset.schema)).word, declared_in(dataset)
    return {
        "version": declared.version if declared else 0,
        "rules": [_line(line, call) for line in lines_in(declared)],
        "proposed": [_line(line, call) for line in open_proposals(dataset)],
    }


def _line(line: RuleLine, call: Any) -> dict[str, Any]:
    return {"rule": line.rule.plain(call), "held": line.held, "of": line.of, "weak": line.weak}
