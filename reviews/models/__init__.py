"""Tables of reviews, verdicts, controls, releases and tiers: a file a family."""

from reviews.models.access import AccessRequest, RecordReport, Wish
from reviews.models.attestation import Attestation, Derived, PublicKey, Sent, SignedFile
from reviews.models.catalogue import ReleasedColumn
from reviews.models.control import Control, Pause, Requeue
from reviews.models.desk import DeskSettings
from reviews.models.edit import Edit
from reviews.models.guidance import Assignment, Guidelines
from reviews.models.release import Download, Release, ReleasedFile, Waiver
from reviews.models.review import Review, ReviewRecord, Tally
from reviews.models.tier import TierDecision, TierVersion
from reviews.models.verdict import Adjudication, SecondLook, Skip, Verdict

__all__ = [
    "AccessRequest",
    "Adjudication",
    "Assignment",
    "Attestation",
    "Control",
    "Derived",
    "DeskSettings",
    "Download",
    "Edit",
    "Guidelines",
    "Pause",
    "PublicKey",
    "RecordReport",
    "Release",
    "ReleasedColumn",
    "ReleasedFile",
    "Requeue",
    "Review",
    "ReviewRecord",
    "SecondLook",
    "Sent",
    "SignedFile",
    "Skip",
    "Tally",
    "TierDecision",
    "TierVersion",
    "Verdict",
    "Waiver",
    "Wish",
]
