"""Triggers on SQLite and PostgreSQL: what the database refuses by itself, whoever asks.

The guards here and in the apps' models/triggers.py are those of today. A migration keeps the SQL it ran for good (see
migrations/_guards.py); a test compares what all migrations leave behind with what is written here. SQLite cannot
rebuild a table that triggers name, so a migration that alters a guarded table begins by lifting and ends by installing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Event = Literal["INSERT", "UPDATE", "DELETE"]
RAISED = "23514"  # check_violation: Django's IntegrityError
Frozen = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Guard:
    """Before `event` on `table`, the statement fails with `message` when the SQL condition `refuse_when` holds.

    `refuse_when` may use OLD and NEW and is written in the common dialect. `lock` is a query that PostgreSQL runs
    first to lock the rows the condition reads (SQLite has one writer at a time).
    """

    name: str
    table: str
    event: Event
    message: str
    refuse_when: str = "TRUE"
    lock: str = ""

    def sqlite(self) -> list[str]:
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} BEGIN "
            f"SELECT RAISE(ABORT, '{self.message}') WHERE {self.refuse_when}; END",
        ]

    def postgresql(self) -> list[str]:
        result = "OLD" if self.event == "DELETE" else "NEW"
        lock = f"PERFORM {self.lock.removeprefix('SELECT ')};" if self.lock else ""
        body = (
            f"{lock} IF {self.refuse_when} THEN RAISE EXCEPTION '{self.message}' USING ERRCODE = '{RAISED}'; END IF; "
            f"RETURN {result};"
        )
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"EXECUTE FUNCTION {self.name}()",
        ]


def install_frozen(guards: Frozen, editor: BaseDatabaseSchemaEditor) -> None:
    """Create or replace guards as a migration has kept them: {name: {"table": ..., "sqlite": [...], ...}}."""
    for guard in guards.values():
        for statement in guard[editor.connection.vendor]:
            editor.execute(statement)


def lift_frozen(guards: Frozen, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the guards while a migration rebuilds a table they name: SQLite cannot rebuild it otherwise."""
    for name, guard in guards.items():
        on_table = "" if editor.connection.vendor == "sqlite" else f" ON {guard['table']}"
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def lift_all(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin a migration that rebuilds a table which guards of any app may name: on SQLite all of them are put aside."""
    if editor.connection.vendor == "sqlite":
        editor.execute("CREATE TABLE lifted_triggers AS SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in _lifted(editor):
            editor.execute(f"DROP TRIGGER {name}")


def restore_all(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """End such a migration: every guard stands again, word for word."""
    if editor.connection.vendor == "sqlite":
        for _, statement in _lifted(editor):
            editor.execute(statement)
        editor.execute("DROP TABLE lifted_triggers")


def _lifted(editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM lifted_triggers")
        return list(cursor.fetchall())


def said_by_guard(error: BaseException) -> str:
    """What a guard said to the statement that it refused, as a sentence; "" for any other error."""
    refused, said = error.__cause__, ""
    if getattr(refused, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER":
        said = str(refused)
    elif getattr(refused, "sqlstate", "") == RAISED and not refused.diag.constraint_name:  # type: ignore[union-attr]
        said = str(refused.diag.message_primary)  # type: ignore[union-attr]
    return f"{said[:1].upper()}{said[1:]}." if said else ""


AUDIT_GUARDS = [
    Guard("audit_no_update", "synthportal_auditevent", "UPDATE", "audit events are append-only"),
    Guard("audit_no_delete", "synthportal_auditevent", "DELETE", "audit events are append-only"),
]

PEOPLE_GUARDS = [
    Guard(
        "account_link_used_once",
        "synthportal_accountlink",
        "UPDATE",
        "a one-time link never changes, and is used once",
        "NEW.digest <> OLD.digest OR NEW.person_id <> OLD.person_id OR NEW.expires_at <> OLD.expires_at "
        "OR OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL",
    ),
    Guard("account_link_no_delete", "synthportal_accountlink", "DELETE", "a one-time link is never deleted"),
    Guard(
        "role_request_decided_by_a_second_person",
        "synthportal_rolerequest",
        "UPDATE",
        "a role is given by a second person, once",
        "NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role OR NEW.asked_by_id <> OLD.asked_by_id "
        "OR OLD.decided_at IS NOT NULL OR NEW.decided_by_id = OLD.person_id "
        "OR (NEW.is_granted AND NEW.decided_by_id = OLD.asked_by_id)",
    ),
    Guard("role_request_no_delete", "synthportal_rolerequest", "DELETE", "a request for a role is never deleted"),
]
