"""The API of the policies: what counts now, how it came about, and a new version by a steward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine.evaluation.limits.changes import LimitsError
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.policy import PURPOSES
from generation.models import Limits, Purpose
from generation.repositories.judged.limits import LimitsVersion, current_version, waiting_of
from generation.repositories.judged.words import difference as limits_difference
from generation.repositories.judged.words import laxer_sentences
from generation.tasks import submit_limits, submit_limits_decision
from reviews.engine.policy.policy import TIERS, PolicyError, ReviewPolicy
from reviews.engine.policy.words import difference
from reviews.models import TierVersion
from reviews.repositories.tiers import current_tier, policy_of_version, waiting_version
from reviews.tasks import submit_tier, submit_tier_decision
from synthportal.roles import Role, require
from synthportal.web.api import person_of
from synthportal.web.forms import REASON_LENGTH


class TierSerializer(serializers.Serializer[Any]):
    """A tier's policy as it is now; `policy` has every field, shares as fractions."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    sentence = serializers.CharField()
    reason = serializers.CharField()
    policy = serializers.DictField()


class LimitSerializer(serializers.Serializer[Any]):
    """The limits of one metric; null is none. `hides`: the largest leak that may go unseen, if not that of `blocks`."""

    passes = serializers.FloatField(allow_null=True)
    blocks = serializers.FloatField(allow_null=True)
    hides = serializers.FloatField(allow_null=True)
    why = serializers.CharField()


class LimitsSerializer(serializers.Serializer[Any]):
    """One purpose's limits as they are now; `changes` is what differs from the shipped set."""

    purpose = serializers.CharField()
    version = serializers.IntegerField()
    policy_version = serializers.CharField()
    reason = serializers.CharField()
    rules = serializers.DictField(child=LimitSerializer())
    needed = serializers.ListField(child=serializers.CharField())
    minimum_cell = serializers.IntegerField()
    public = serializers.BooleanField()
    changes = serializers.DictField()
    laxer_than_shipped = serializers.ListField(child=serializers.CharField())


class WaitingSerializer(serializers.Serializer[Any]):
    """A version that waits for a second steward: of a tier or of a purpose's limits."""

    tier = serializers.CharField(required=False)
    purpose = serializers.CharField(required=False)
    version = serializers.IntegerField()
    by = serializers.CharField()
    reason = serializers.CharField()
    changed = serializers.ListField(child=serializers.CharField())
    laxer_than_shipped = serializers.ListField(child=serializers.CharField())


class PoliciesSerializer(serializers.Serializer[Any]):
    """Every policy that counts now, and what waits for a second steward."""

    tiers = TierSerializer(many=True)
    limits = LimitsSerializer(many=True)
    waiting = WaitingSerializer(many=True)


class OnePolicySerializer(serializers.Serializer[Any]):
    """Names a tier, or a purpose with its limits."""

    tier = serializers.CharField(required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)

    def validate_tier(self, tier: str) -> str:
        """One of the tiers that there are."""
        if tier not in TIERS:
            raise serializers.ValidationError(f"The tiers are {', '.join(TIERS)}.")
        return tier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One policy at a time."""
        if ("tier" in attrs) == ("purpose" in attrs):
            raise serializers.ValidationError("Name either a tier or a purpose.")
        return attrs


class PolicyChangeSerializer(OnePolicySerializer):
    """A new version of a tier or of a purpose's limits. `seen` is the version that the changes are meant for."""

    changes = serializers.DictField()
    reason = serializers.CharField(max_length=REASON_LENGTH)
    seen = serializers.IntegerField(min_value=1)


class PolicyDecisionSerializer(OnePolicySerializer):
    """A second steward lets the version that waits hold, or refuses it, with a note."""

    version = serializers.IntegerField(min_value=2)
    holds = serializers.BooleanField()
    note = serializers.CharField(max_length=REASON_LENGTH)


class PolicyList(APIView):
    """The policies that count now; POST makes a new version of one."""

    @extend_schema(responses=PoliciesSerializer)
    def get(self, request: Request) -> Response:
        """The review tiers and the limits of every purpose that count now, and where they are laxer than shipped.

        May: everybody.
        """
        person_of(request)
        return Response(_now())

    @extend_schema(request=PolicyChangeSerializer, responses={201: WaitingSerializer})
    def post(self, request: Request) -> Response:
        """Write a new version of a tier or of a purpose's limits, with a reason. It waits for a second steward.

        May: stewards.
        """
        form = PolicyChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        try:
            made = _make(said.pop("tier", ""), said.pop("purpose", ""), by=person_of(request), **said)
        except LimitsError as refused:
            raise serializers.ValidationError({"changes": refused.faults}) from refused
        except PolicyError as refused:
            raise serializers.ValidationError({"changes": refused.reasons}) from refused
        return Response(made, status=201)


class PolicyDecision(APIView):
    """What a second steward says of a version that waits."""

    @extend_schema(request=PolicyDecisionSerializer, responses={201: PoliciesSerializer})
    def post(self, request: Request) -> Response:
        """Let the version that waits hold, or refuse it, with a note. Its author can only refuse it. May: stewards."""
        form = PolicyDecisionSerializer(data=request.data)
        person = person_of(request)
        require(person, Role.STEWARD)
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        number, tier, purpose = said.pop("version"), said.pop("tier", ""), said.pop("purpose", "")
        if tier:
            submit_tier_decision(tier, number, by=person, **said)
        else:
            submit_limits_decision(purpose, number, by=person, **said)
        return Response(_now(), status=201)


def _make(tier: str, purpose: str, **said: Any) -> dict[str, Any]:
    if tier:
        return _waiting_tier(submit_tier(tier, **said))
    submit_limits(purpose, **said)
    return next(_waiting_limits(purpose))


def _now() -> dict[str, list[dict[str, Any]]]:
    """The policies that count, and what waits."""
    rows = [row for name in TIERS if (row := waiting_version(name))]
    return {
        "tiers": [tier_facts(current_tier(name)) for name in TIERS],
        "limits": [limits_facts(current_version(purpose)) for purpose in PURPOSES],
        "waiting": [
            *(_waiting_tier(row) for row in rows),
            *(one for purpose in PURPOSES for one in _waiting_limits(purpose)),
        ],
    }


def _waiting_tier(row: TierVersion) -> dict[str, Any]:
    changed = difference(current_tier(row.tier), policy_of_version(row))
    return {"tier": row.tier, **_waits(row), "changed": changed, "laxer_than_shipped": []}


def _waiting_limits(purpose: str) -> Iterator[dict[str, Any]]:
    """The version of a purpose's limits that waits, if one does."""
    found = waiting_of(purpose)
    if found and found.row:
        shipped = default_policy(purpose, public=True).limits
        changed = limits_difference(current_version(purpose).changes, found.changes, shipped)
        laxer = laxer_sentences(found.laxer())
        yield {"purpose": purpose, **_waits(found.row), "changed": changed, "laxer_than_shipped": laxer}


def _waits(row: TierVersion | Limits) -> dict[str, Any]:
    return {"version": row.version, "by": row.by.display_name, "reason": row.reason}


def tier_facts(policy: ReviewPolicy) -> dict[str, Any]:
    """A tier as the API shows it."""
    fields = {name: value for name, value in asdict(policy).items() if name not in {"name", "version", "reason"}}
    shown = {"name": policy.name, "version": policy.version, "sentence": policy.sentence, "reason": policy.reason}
    return {**shown, "policy": fields}


def limits_facts(version: LimitsVersion) -> dict[str, Any]:
    """A purpose's limits as the API shows them."""
    policy = version.policy()
    return {
        "purpose": version.purpose,
        "version": version.number,
        "policy_version": version.label,
        "reason": version.row.reason if version.row else "",
        "rules": {name: asdict(rule) for name, rule in policy.limits.items()},
        "needed": sorted(policy.needed),
        "minimum_cell": policy.minimum_cell,
        "public": policy.public,
        "changes": version.changes,
        "laxer_than_shipped": laxer_sentences(version.laxer()),
    }
