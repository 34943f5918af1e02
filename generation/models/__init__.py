"""Tables of datasets, runs, their evidence, rules and the privacy budget: a file a family."""

from generation.models.about import About
from generation.models.budget import PrivacyLimit, PrivacyLimitDecision, PrivacySpend
from generation.models.dataset import Column, Dataset, NewerVersion, Overruling, Plan, Purpose
from generation.models.endpoint import EndpointAnswer
from generation.models.evidence import (
    AuditPart,
    Calibration,
    Evaluation,
    Limits,
    LimitsDecision,
    Recomputation,
    TechnologyMap,
)
from generation.models.exception import WrittenException
from generation.models.ownership import CoOwner
from generation.models.pairs import PairSource
from generation.models.retention import ErasureNotice
from generation.models.rules import PolicyRuleConfirmation, PolicyRuleVersion, RuleSet
from generation.models.run import BakeOff, GenerationRun, RunLabel, RunPart
from generation.models.scan import FileScan
from generation.models.team import Team

__all__ = [
    "About",
    "AuditPart",
    "BakeOff",
    "Calibration",
    "CoOwner",
    "Column",
    "Dataset",
    "EndpointAnswer",
    "ErasureNotice",
    "Evaluation",
    "FileScan",
    "GenerationRun",
    "Limits",
    "LimitsDecision",
    "NewerVersion",
    "Overruling",
    "PairSource",
    "Plan",
    "PolicyRuleConfirmation",
    "PolicyRuleVersion",
    "PrivacyLimit",
    "PrivacyLimitDecision",
    "PrivacySpend",
    "Purpose",
    "Recomputation",
    "RuleSet",
    "RunLabel",
    "RunPart",
    "Team",
    "TechnologyMap",
    "WrittenException",
]
