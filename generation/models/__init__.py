"""Tables of datasets, runs, their evidence, rules and the privacy budget: a file a family."""

from generation.models.about import About
from generation.models.budget import PrivacyLimit, PrivacySpend
from generation.models.dataset import Column, Dataset, Overruling, Plan, Purpose
from generation.models.evidence import AuditPart, Calibration, Evaluation, Limits, LimitsDecision, TechnologyMap
from generation.models.exception import WrittenException
from generation.models.rules import RuleSet
from generation.models.run import BakeOff, GenerationRun, RunPart
from generation.models.scan import FileScan

__all__ = [
    "About",
    "AuditPart",
    "BakeOff",
    "Calibration",
    "Column",
    "Dataset",
    "Evaluation",
    "FileScan",
    "GenerationRun",
    "Limits",
    "LimitsDecision",
    "Overruling",
    "Plan",
    "PrivacyLimit",
    "PrivacySpend",
    "Purpose",
    "RuleSet",
    "RunPart",
    "TechnologyMap",
    "WrittenException",
]
