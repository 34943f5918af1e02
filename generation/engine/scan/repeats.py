"""The kinds of repetition that are told apart, in words."""

from __future__ import annotations

# A run of so many words is told by nobody twice.
LONG_RUN = 12
RECORD, NEAR_RECORD = "REPEATED_RECORD", "NEAR_RECORD"
TEXT, NEAR_TEXT, RUN, TOLD = "REPEATED_TEXT", "NEAR_TEXT", "LONG_RUN", "RECORD_IN_TEXT"
KINDS = {
    RECORD: "a record of the source, equal in every column that both have",
    NEAR_RECORD: "a record of the source but for one column",
    TEXT: "a text of the source, whole",
    NEAR_TEXT: "a text of the source, nearly whole",
    RUN: f"{LONG_RUN} words and more in a row of a text of the source",
    TOLD: "values of two columns and more of one record of the source",
}
# What may be chance unless a holdout says that it is not.
DOUBTFUL = frozenset({NEAR_RECORD, NEAR_TEXT})
