"""Tables of datasets, runs, their evidence, rules and the privacy budget: a file a family."""

from generation.models.budget import PrivacyLimit, PrivacySpend
from generation.models.dataset import Column, Dataset, Plan, Purpose
from generation.models.evidence import AuditPart, Calibration, Evaluation, Limits, TechnologyMap
from generation.models.rules import RuleSet
from generation.models.run import BakeOff, GenerationRun, RunPart
from generation.models.scan import FileScan

__all__ = [
    "AuditPart",
    "BakeOff",
    "Calibration",
    "Column",
    "Dataset",
    "Evaluation",
    "FileScan",
    "GenerationRun",
    "Limits",
    "Plan",
    "PrivacyLimit",
    "PrivacySpend",
    "Purpose",
    "RuleSet",
    "RunPart",
    "TechnologyMap",
]
