"""Triggers on SQLite and PostgreSQL: what the database refuses by itself, whoever asks.

SQLite cannot rebuild a table that triggers name, so a migration that alters a guarded table begins with `lift(...)` and
ends with `install(...)`; a test checks that every trigger is there after all migrations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Event = Literal["INSERT", "UPDATE", "DELETE"]


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
            f"{lock} IF {self.refuse_when} THEN RAISE EXCEPTION '{self.message}' USING ERRCODE = '23514'; END IF; "
            f"RETURN {result};"
        )
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"EXECUTE FUNCTION {self.name}()",
        ]


def install(guards: list[Guard], editor: BaseDatabaseSchemaEditor) -> None:
    """Create or replace the guards."""
    for guard in guards:
        statements = guard.sqlite() if editor.connection.vendor == "sqlite" else guard.postgresql()
        for statement in statements:
            editor.execute(statement)


def lift(guards: list[Guard], editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the guards while a migration rebuilds a table they name: SQLite cannot rebuild it otherwise."""
    for guard in guards:
        on_table = "" if editor.connection.vendor == "sqlite" else f" ON {guard.table}"
        editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on_table}")


AUDIT_GUARDS = [
    Guard("audit_no_update", "synthportal_auditevent", "UPDATE", "audit events are append-only"),
    Guard("audit_no_delete", "synthportal_auditevent", "DELETE", "audit events are append-only"),
]
