"""What the API says and takes about reviews and releases. Fields are listed one by one; nothing leaks by default."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reviews.models import Release, Skip, Verdict
from reviews.stages.gate import WAIVABLE
from reviews.stages.review import LONGEST_NOTE


class LaneSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    leaks = serializers.IntegerField()


class ControlsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    found = serializers.IntegerField()


class ReviewSerializer(serializers.Serializer[Any]):
    """A review: its plan, where it stands and the claim it allows so far.

    `total` and `judged` count all records alike. Lanes, controls, outcome, bound and claim are null for who can judge
    in the review, until it is closed. `waiting_flags` are leak flags that you may settle.
    """

    id = serializers.UUIDField()
    run = serializers.UUIDField()
    status = serializers.CharField()
    artefact_sha256 = serializers.CharField()
    policy = serializers.CharField()
    n = serializers.IntegerField()
    c = serializers.IntegerField()
    p0 = serializers.FloatField()
    confidence = serializers.FloatField()
    lot = serializers.IntegerField()
    total = serializers.IntegerField()
    judged = serializers.IntegerField()
    waiting_flags = serializers.IntegerField()
    attempt = serializers.IntegerField()
    random = LaneSerializer(allow_null=True)
    hunt = LaneSerializer(allow_null=True)
    controls = ControlsSerializer(allow_null=True)
    no_longer_needed = serializers.IntegerField(allow_null=True)
    open_flags = serializers.IntegerField(allow_null=True)
    annotators = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    bound = serializers.FloatField(allow_null=True)
    claim = serializers.CharField(allow_null=True)


class FieldSerializer(serializers.Serializer[Any]):
    """One cell; `label` is a name that serializers use themselves, so it is put in by hand."""

    value = serializers.JSONField(allow_null=True)

    def get_fields(self) -> Any:
        return {"label": serializers.CharField(), **super().get_fields()}


class ClaimedRecordSerializer(serializers.Serializer[Any]):
    """A record to judge, with the lease and the fencing token its verdict must carry."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    fields_ = FieldSerializer(many=True)
    token = serializers.IntegerField()
    lease_until = serializers.DateTimeField()

    def get_fields(self) -> Any:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class VerdictRequestSerializer(serializers.Serializer[Any]):
    """A verdict on a record that one holds."""

    verdict = serializers.ChoiceField(choices=Verdict.Decision.choices)
    reasons = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)
    fields_ = serializers.ListField(child=serializers.IntegerField(min_value=0), required=False, default=list)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)
    token = serializers.IntegerField(min_value=0)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class VerdictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    record = serializers.UUIDField(source="record_id")
    verdict = serializers.CharField(source="decision")
    reasons = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class TokenSerializer(serializers.Serializer[Any]):
    """The fencing token of a record that one holds."""

    token = serializers.IntegerField(min_value=0)


class HeldSerializer(serializers.Serializer[Any]):
    lease_until = serializers.DateTimeField()


class SkipRequestSerializer(TokenSerializer):
    """Why a record is passed on."""

    reason = serializers.ChoiceField(choices=Skip.Reason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)


class SkipSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    record = serializers.UUIDField(source="record_id")
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class WhySerializer(serializers.Serializer[Any]):
    reasons = serializers.ListField(child=serializers.CharField())


class SecondLookRequestSerializer(serializers.Serializer[Any]):
    """What a second person sees in a flagged record."""

    verdict = serializers.ChoiceField(choices=Verdict.Decision.choices)
    reasons = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)


class SecondLookSerializer(serializers.Serializer[Any]):
    """Your second look, and what the first person said."""

    id = serializers.UUIDField()
    verdict = serializers.CharField(source="decision")
    reasons = serializers.ListField(child=serializers.CharField())
    first = VerdictSerializer(source="verdict")


class AdjudicationRequestSerializer(serializers.Serializer[Any]):
    """How a second person settles the leak flag on a record."""

    is_leak = serializers.BooleanField()
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)


class AdjudicationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    verdict = serializers.UUIDField(source="verdict_id")
    is_leak = serializers.BooleanField()


class ConditionSerializer(serializers.Serializer[Any]):
    """One condition of the gate."""

    name = serializers.CharField()
    title = serializers.CharField()
    met = serializers.BooleanField()
    evidence = serializers.CharField()
    why = serializers.CharField()
    needs_attention = serializers.BooleanField()
    waivable = serializers.BooleanField()
    waiver = serializers.CharField()


class GateSerializer(serializers.Serializer[Any]):
    """The gate as it stands now, and why you cannot sign if you cannot."""

    is_open = serializers.BooleanField()
    dossier_hash = serializers.CharField()
    conditions = ConditionSerializer(many=True)
    why_not_you = serializers.ListField(child=serializers.CharField())


class ReleaseRequestSerializer(serializers.Serializer[Any]):
    """`dossier_hash`, from the gate, makes sure that what you saw is what you sign."""

    dossier_hash = serializers.RegexField(r"^[0-9a-f]{64}$", required=False, default="", allow_blank=True)


class WaiverRequestSerializer(serializers.Serializer[Any]):
    condition = serializers.ChoiceField(choices=WAIVABLE)
    reason = serializers.CharField(max_length=2000)


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
