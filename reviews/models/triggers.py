"""What the database itself refuses about reviews and releases: see architecture, "One door out"."""

from __future__ import annotations

from synthportal.triggers import Event, Guard

WRITES: tuple[Event, ...] = ("INSERT", "UPDATE")
EVENTS: tuple[Event, ...] = (*WRITES, "DELETE")

REVIEW_OF_RECORD = "(SELECT review_id FROM reviews_reviewrecord WHERE id = {row}.record_id)"


def _frozen(table: str, event: Event, review: str) -> Guard:
    """Rows that belong to a review can only change while it is open. The review is locked against a release."""
    return Guard(
        f"{table}_frozen_{event.lower()}",
        table,
        event,
        "the review is closed: its verdicts are frozen",
        f"NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = {review} AND status = 'open')",
        lock=f"SELECT 1 FROM reviews_review WHERE id = {review} FOR SHARE",
    )


def _review_of_verdict(row: str) -> str:
    return REVIEW_OF_RECORD.format(row=row)


def _review_of_adjudication(row: str) -> str:
    return (
        "(SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id "
        f"WHERE v.id = {row}.verdict_id)"
    )


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


REVIEW_GUARDS = [
    _frozen("reviews_verdict", "INSERT", _review_of_verdict("NEW")),
    _frozen("reviews_verdict", "UPDATE", _review_of_verdict("OLD")),
    _frozen("reviews_verdict", "DELETE", _review_of_verdict("OLD")),
    _frozen("reviews_adjudication", "INSERT", _review_of_adjudication("NEW")),
    _frozen("reviews_adjudication", "UPDATE", _review_of_adjudication("OLD")),
    _frozen("reviews_adjudication", "DELETE", _review_of_adjudication("OLD")),
    Guard(
        "review_sample_fixed",
        "reviews_review",
        "UPDATE",
        "the sample of a review is fixed",
        _changed("artefact_sha256", "run_id", "lot", "required", "accept", "ltpd", "confidence"),
    ),
    Guard("review_no_delete", "reviews_review", "DELETE", "a review is never deleted"),
    Guard(
        "review_record_fixed",
        "reviews_reviewrecord",
        "UPDATE",
        "a sampled record is fixed",
        _changed("review_id", "lane", "position", "row", "sealed"),
    ),
    Guard("review_record_no_delete", "reviews_reviewrecord", "DELETE", "a sampled record is never deleted"),
    *(
        Guard(
            f"adjudication_by_a_second_person_{event.lower()}",
            "reviews_adjudication",
            event,
            "a flag is not settled by who raised it",
            "EXISTS (SELECT 1 FROM reviews_verdict WHERE id = NEW.verdict_id AND by_id = NEW.by_id)",
        )
        for event in WRITES
    ),
    Guard(
        "release_needs_accepted_review",
        "reviews_release",
        "INSERT",
        "a release needs an accepted review of the same bytes",
        "NOT EXISTS (SELECT 1 FROM reviews_review v JOIN generation_generationrun g ON g.id = v.run_id "
        "JOIN generation_dataset d ON d.id = g.dataset_id "
        "WHERE v.id = NEW.review_id AND v.status = 'accepted' AND v.run_id = NEW.run_id "
        "AND v.artefact_sha256 = NEW.artefact_sha256 AND g.artefact_sha256 = NEW.artefact_sha256 "
        "AND v.dossier_hash = NEW.dossier_hash AND g.status = 'evaluated' "
        "AND d.owner_id <> NEW.released_by_id AND g.requested_by_id <> NEW.released_by_id)",
        lock="SELECT 1 FROM reviews_review WHERE id = NEW.review_id FOR UPDATE",
    ),
    Guard(
        "release_not_by_an_annotator",
        "reviews_release",
        "INSERT",
        "who judged a record of these bytes cannot release them",
        "EXISTS (SELECT 1 FROM reviews_verdict v JOIN reviews_reviewrecord r ON r.id = v.record_id "
        "WHERE r.review_id = NEW.review_id AND v.by_id = NEW.released_by_id)",
    ),
    Guard(
        "release_fixed",
        "reviews_release",
        "UPDATE",
        "a release can only be withdrawn or expire",
        _changed(
            "artefact_sha256",
            "dossier_hash",
            "run_id",
            "review_id",
            "released_by_id",
            "requested_by_id",
            "number",
            "claim",
            "certificate",
            "card",
        )
        + " OR (OLD.status <> 'released' AND (NEW.status <> OLD.status OR NEW.withdrawn_reason <> "
        "OLD.withdrawn_reason))",
    ),
    Guard("release_no_delete", "reviews_release", "DELETE", "a release is never deleted"),
    Guard("download_no_update", "reviews_download", "UPDATE", "downloads are append-only"),
    Guard("download_no_delete", "reviews_download", "DELETE", "downloads are append-only"),
]


DESK_GUARDS = [
    *(_frozen("reviews_skip", event, _review_of_verdict("NEW" if event == "INSERT" else "OLD")) for event in EVENTS),
    *(
        _frozen("reviews_secondlook", event, _review_of_adjudication("NEW" if event == "INSERT" else "OLD"))
        for event in EVENTS
    ),
    Guard(
        "review_record_needed_fixed", "reviews_reviewrecord", "UPDATE", "a sampled record is fixed", _changed("needed")
    ),
    Guard("control_no_update", "reviews_control", "UPDATE", "a control is fixed"),
    Guard("control_no_delete", "reviews_control", "DELETE", "a control is never deleted"),
    Guard("tier_no_update", "reviews_tierversion", "UPDATE", "a version of a policy never changes"),
    Guard("tier_no_delete", "reviews_tierversion", "DELETE", "a version of a policy is never deleted"),
]

REQUEUE_GUARDS = [
    _frozen("reviews_requeue", "INSERT", _review_of_adjudication("NEW")),
    Guard("requeue_no_update", "reviews_requeue", "UPDATE", "the history of a verdict is never rewritten"),
    Guard("requeue_no_delete", "reviews_requeue", "DELETE", "the history of a verdict is never rewritten"),
    Guard(
        "control_of_the_control_lane",
        "reviews_control",
        "INSERT",
        "only a record of the control lane hides a control",
        "NOT EXISTS (SELECT 1 FROM reviews_reviewrecord WHERE id = NEW.record_id AND lane = 'control')",
    ),
]

# Asks for a counter, not for verdicts: a million records are drawn, and each asks.
DRAW_GUARDS = [
    Guard(
        "review_sample_drawn_first",
        "reviews_reviewrecord",
        "INSERT",
        "the sample is drawn before the first verdict",
        "EXISTS (SELECT 1 FROM reviews_tally WHERE review_id = NEW.review_id)",
    ),
    Guard("tally_no_delete", "reviews_tally", "DELETE", "the counters of a review are never deleted"),
]

ACCESS_GUARDS = [
    Guard(
        "access_request_fixed",
        "reviews_accessrequest",
        "UPDATE",
        "what was asked, and a decision that was made, never change",
        _changed("release_id", "person_id", "purpose")
        + " OR (OLD.status <> 'asked' AND NOT (OLD.status = 'granted' AND NEW.status = 'revoked'))",
    ),
    Guard("access_request_no_delete", "reviews_accessrequest", "DELETE", "a request for access is never deleted"),
    Guard(
        "report_fixed",
        "reviews_recordreport",
        "UPDATE",
        "what was reported never changes, and is settled once",
        _changed("release_id", "artefact_sha256", "words", "by_id") + " OR OLD.status <> 'open'",
    ),
    Guard("report_no_delete", "reviews_recordreport", "DELETE", "a report is never deleted"),
]


def _append_only(table: str, what: str) -> list[Guard]:
    return [
        Guard(f"{table}_no_update", f"reviews_{table}", "UPDATE", f"{what} never changes"),
        Guard(f"{table}_no_delete", f"reviews_{table}", "DELETE", f"{what} is never deleted"),
    ]


EDIT_GUARDS = [
    Guard("edit_no_update", "reviews_edit", "UPDATE", "an edit never changes: a newer one counts"),
    Guard("edit_no_delete", "reviews_edit", "DELETE", "an edit is never deleted"),
    Guard(
        "release_not_by_who_edited",
        "reviews_release",
        "INSERT",
        "who edited a text of these pairs cannot release them",
        "EXISTS (SELECT 1 FROM reviews_edit e JOIN reviews_reviewrecord r ON r.id = e.record_id "
        "JOIN reviews_review v ON v.id = r.review_id JOIN generation_pairsource p ON p.run_id = v.run_id "
        "JOIN generation_generationrun n ON n.dataset_id = p.dataset_id "
        "WHERE n.id = NEW.run_id AND e.by_id = NEW.released_by_id)",
    ),
]

SHARED_GUARDS = [
    Guard(
        "release_not_by_a_co_owner",
        "reviews_release",
        "INSERT",
        "who owned the dataset with others cannot release it",
        "EXISTS (SELECT 1 FROM generation_coowner c JOIN generation_generationrun n ON n.dataset_id = c.dataset_id "
        "WHERE n.id = NEW.run_id AND c.person_id = NEW.released_by_id)",
    ),
]

ATTESTATION_GUARDS = [
    Guard("review_draw_fixed", "reviews_review", "UPDATE", "the sample of a review is fixed", _changed("draw")),
    Guard(
        "attestation_signed_once",
        "reviews_attestation",
        "UPDATE",
        "what was signed never changes",
        "OLD.envelope IS NOT NULL OR " + _changed("release_id", "number", "asked_by_id", "test_share"),
    ),
    Guard("attestation_no_delete", "reviews_attestation", "DELETE", "an attestation is never deleted"),
    Guard(
        "public_key_fixed",
        "reviews_publickey",
        "UPDATE",
        "a key never changes, and is revoked for good",
        _changed("key_id", "public_key", "valid_from") + " OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL)",
    ),
    Guard("public_key_no_delete", "reviews_publickey", "DELETE", "a key is never deleted"),
    *_append_only("sent", "the end of a download"),
    *_append_only("derived", "what was made from a release"),
]

SIGNING_GUARDS = [
    Guard(
        "release_not_by_who_wrote_an_exception",
        "reviews_release",
        "INSERT",
        "who let a direct identifier stay cannot release what was made from it",
        "EXISTS (SELECT 1 FROM generation_writtenexception e JOIN generation_generationrun g "
        "ON g.dataset_id = e.dataset_id WHERE g.id = NEW.run_id AND e.by_id = NEW.released_by_id AND e.is_granted)",
    ),
]


def _fixed(name: str, table: str, review: str, what: str, changed: str = "TRUE") -> Guard:
    """While a review is open, what was said in it is added to and never rewritten; after that all of it is frozen."""
    is_open = f"EXISTS (SELECT 1 FROM reviews_review WHERE id = {review} AND status = 'open')"
    return Guard(name, table, "UPDATE", what, f"({changed}) AND {is_open}")


EVIDENCE_GUARDS = [
    _fixed(
        "verdict_fixed",
        "reviews_verdict",
        _review_of_verdict("OLD"),
        "a verdict never changes: it is taken back once",
        _changed("record_id", "by_id", "decision", "reasons", "fields", "note", "seconds")
        + " OR OLD.undone_at IS NOT NULL",
    ),
    _fixed(
        "skip_fixed",
        "reviews_skip",
        _review_of_verdict("OLD"),
        "a skip never changes: it is taken back once",
        _changed("record_id", "by_id", "reason", "note") + " OR OLD.undone_at IS NOT NULL",
    ),
    _fixed(
        "adjudication_fixed",
        "reviews_adjudication",
        _review_of_adjudication("OLD"),
        "what was settled never changes",
    ),
    _fixed("second_look_fixed", "reviews_secondlook", _review_of_adjudication("OLD"), "a second look never changes"),
    Guard(
        "review_policy_fixed",
        "reviews_review",
        "UPDATE",
        "policy and plan of a review are fixed",
        _changed("policy", "plan"),
    ),
    Guard(
        "pause_fixed",
        "reviews_pause",
        "UPDATE",
        "a pause never changes, and is lifted once",
        _changed("review_id", "person_id", "found", "judged") + " OR OLD.lifted_at IS NOT NULL",
    ),
    Guard("pause_no_delete", "reviews_pause", "DELETE", "a pause is never deleted"),
    *_append_only("waiver", "a waiver"),
    *_append_only("releasedfile", "a released file"),
    *_append_only("signedfile", "a signed file"),
]

# The evaluation that counts of the run that is released, and the version of the tier that its review was opened under.
_NEWEST = "(SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1)"
_TIER = "t.tier = v.policy->>'name' AND t.version = CAST(v.policy->>'version' AS INTEGER)"
_LABEL = "(l.purpose || ' ' || l.version || ' (')"
_LIMITS = (
    "generation_limits l JOIN generation_evaluation e ON e.digest = "
    f"{_NEWEST} AND e.run_id = NEW.run_id "
    f"AND substr(e.policy_version, 1, length({_LABEL})) = {_LABEL}"
)


def _not_signed_by(who: str, message: str, refuse_when: str) -> Guard:
    return Guard(f"release_not_by_who_{who}", "reviews_release", "INSERT", message, refuse_when)


SECOND_PERSON_GUARDS = [
    _not_signed_by(
        "settled_a_flag",
        "who settled a flag of these bytes cannot release them",
        "EXISTS (SELECT 1 FROM reviews_adjudication a JOIN reviews_verdict v ON v.id = a.verdict_id "
        "JOIN reviews_reviewrecord r ON r.id = v.record_id "
        "WHERE r.review_id = NEW.review_id AND a.by_id = NEW.released_by_id)",
    ),
    _not_signed_by(
        "lifted_a_pause",
        "who lifted a pause in this review cannot release its bytes",
        "EXISTS (SELECT 1 FROM reviews_pause WHERE review_id = NEW.review_id AND lifted_by_id = NEW.released_by_id)",
    ),
    _not_signed_by(
        "waived",
        "who waived a condition cannot release these bytes",
        "EXISTS (SELECT 1 FROM reviews_waiver WHERE run_id = NEW.run_id AND by_id = NEW.released_by_id "
        f"AND evaluation_digest = {_NEWEST})",
    ),
    _not_signed_by(
        "wrote_the_policy",
        "who wrote the policy of this review cannot release its bytes",
        f"EXISTS (SELECT 1 FROM reviews_review v JOIN reviews_tierversion t ON {_TIER} "
        "WHERE v.id = NEW.review_id AND t.by_id = NEW.released_by_id)",
    ),
    _not_signed_by(
        "wrote_the_limits",
        "who wrote the limits of this evidence cannot release its bytes",
        f"EXISTS (SELECT 1 FROM {_LIMITS} WHERE l.by_id = NEW.released_by_id)",
    ),
    _not_signed_by(
        "wrote_the_privacy_limit",
        "who wrote the privacy limit that this run was asked under cannot release its bytes",
        "EXISTS (SELECT 1 FROM generation_privacyspend s JOIN generation_privacylimit l ON l.source = s.source "
        'AND l.epsilon = s."limit" JOIN generation_privacylimitdecision d ON d.version_id = l.id AND d.holds '
        "WHERE s.run_id = NEW.run_id AND l.by_id = NEW.released_by_id)",
    ),
    Guard(
        "release_by_a_policy_that_holds",
        "reviews_release",
        "INSERT",
        "the policy of this review was confirmed by no second steward",
        "EXISTS (SELECT 1 FROM reviews_review v WHERE v.id = NEW.review_id "
        "AND CAST(v.policy->>'version' AS INTEGER) > 1 AND NOT EXISTS (SELECT 1 FROM reviews_tierversion t "
        f"JOIN reviews_tierdecision d ON d.version_id = t.id WHERE {_TIER} AND d.holds))",
    ),
    Guard(
        "release_by_limits_that_hold",
        "reviews_release",
        "INSERT",
        "the limits of this evidence were confirmed by no second steward",
        f"EXISTS (SELECT 1 FROM {_LIMITS} "
        "WHERE NOT EXISTS (SELECT 1 FROM generation_limitsdecision d WHERE d.version_id = l.id AND d.holds))",
    ),
    Guard(
        "tier_decision_by_a_second_steward",
        "reviews_tierdecision",
        "INSERT",
        "a policy is confirmed by a second steward, not by its author",
        "NEW.by_id IS NULL OR (NEW.holds AND EXISTS "
        "(SELECT 1 FROM reviews_tierversion WHERE id = NEW.version_id AND by_id = NEW.by_id))",
    ),
    Guard("tier_decision_no_update", "reviews_tierdecision", "UPDATE", "a decision about a policy never changes"),
    Guard("tier_decision_no_delete", "reviews_tierdecision", "DELETE", "a decision about a policy is never deleted"),
    Guard(
        "pause_lifted_once",
        "reviews_pause",
        "UPDATE",
        "a pause is lifted once, and by somebody else",
        f"{_changed('review_id', 'person_id', 'found', 'judged')} OR OLD.lifted_at IS NOT NULL "
        "OR NEW.lifted_by_id = OLD.person_id",
    ),
]

GUIDELINES_GUARDS = _append_only("guidelines", "a version of guidelines")

# Attempts that failed are counted from the reviews that were closed: none is opened again.
ATTEMPT_GUARDS = [
    Guard(
        "review_closed_for_good",
        "reviews_review",
        "UPDATE",
        "a review that is closed is never opened again",
        "NEW.status <> OLD.status AND OLD.status <> 'open' "
        "AND NOT (OLD.status = 'accepted' AND NEW.status = 'released')",
    ),
]
