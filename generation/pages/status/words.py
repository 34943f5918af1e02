"""The words for what pages show: purposes, states, roles, tiers and findings, each with its meaning."""

from __future__ import annotations

from generation.engine.schema import ColumnRole
from generation.models import Dataset, Purpose

PURPOSE_HELP = {
    Purpose.TRAINING: "A model learns from it. Utility: train on synthetic records, test on real ones.",
    Purpose.FINE_TUNING: "A model that exists already learns more from it. Measured as for training.",
    Purpose.EVALUATION: "Models are compared on it. It must rank them as real records would.",
    Purpose.TESTING: "Software runs on it. Form, limits and every kind of value count more than correlations.",
    Purpose.STRESS_TEST: "Software is pushed to its edges. Unusual records are wanted, likeness is not judged.",
    Purpose.KNOWLEDGE_TESTING: "Search and retrieval are checked with it. Form and content of each record count.",
}

DATASET_BADGES = {
    Dataset.Status.UPLOADED: ("waiting", "being read"),
    Dataset.Status.INGESTED: ("waiting", "being profiled"),
    Dataset.Status.PROFILED: ("attention", "plan to confirm"),
    Dataset.Status.MINIMISED: ("met", "ready for runs"),
    Dataset.Status.REFUSED: ("blocked", "refused"),
    Dataset.Status.ERASED: ("waiting", "erased"),
}

ROLES = {
    ColumnRole.DIRECT: "direct identifier",
    ColumnRole.QUASI: "quasi-identifier",
    ColumnRole.SENSITIVE: "sensitive",
    ColumnRole.TARGET: "target",
    ColumnRole.OTHER: "other",
}
ROLE_HELP = {
    ColumnRole.DIRECT: "names or numbers one person by itself",
    ColumnRole.QUASI: "points at a person together with others",
    ColumnRole.SENSITIVE: "what people keep to themselves",
    ColumnRole.TARGET: "what a model shall predict",
    ColumnRole.OTHER: "none of these",
}
TIER_HELP = {
    "quick": "For a first look inside the team.",
    "standard": "For data that other teams will rely on.",
    "strict": "For sensitive sources, or many readers.",
}


# Who found something in a text, by the finder's names of its voices.
VOICES = {
    "pattern": "its form",
    "list": "lists of names",
    "crf": "the tagger",
    "model": "the classifier",
    "source": "values of the source",
}

# A language by the locale that its words and letters tell; "" where they tell none.
LANGUAGES = {
    "en_US": "English", "de_DE": "German", "fr_FR": "French", "es_ES": "Spanish", "it_IT": "Italian", "nl_NL": "Dutch",
    "pl_PL": "Polish", "pt_PT": "Portuguese", "sv_SE": "Swedish", "da_DK": "Danish", "no_NO": "Norwegian",
    "fi_FI": "Finnish", "cs_CZ": "Czech", "tr_TR": "Turkish", "ru_RU": "Russian", "uk_UA": "Ukrainian",
    "el_GR": "Greek", "ja_JP": "Japanese", "zh_CN": "Chinese", "ko_KR": "Korean", "ar_AA": "Arabic", "he_IL": "Hebrew",
    "hi_IN": "Hindi", "th_TH": "Thai", "": "not told",
}  # fmt: skip
