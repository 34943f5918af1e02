"""The guards as these migrations made them: names, tables and SQL, frozen. Today's are in synthportal/triggers.py.

A guard that changes gets a new migration with SQL of its own.
"""

AUDIT = {
    "audit_no_update": {
        "table": "synthportal_auditevent",
        "sqlite": [
            "DROP TRIGGER IF EXISTS audit_no_update",
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON synthportal_auditevent BEGIN SELECT RAISE(ABORT, 'audit events are append-only') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION audit_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS audit_no_update ON synthportal_auditevent",
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON synthportal_auditevent FOR EACH ROW EXECUTE FUNCTION audit_no_update()",
        ],
    },
    "audit_no_delete": {
        "table": "synthportal_auditevent",
        "sqlite": [
            "DROP TRIGGER IF EXISTS audit_no_delete",
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON synthportal_auditevent BEGIN SELECT RAISE(ABORT, 'audit events are append-only') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION audit_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS audit_no_delete ON synthportal_auditevent",
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON synthportal_auditevent FOR EACH ROW EXECUTE FUNCTION audit_no_delete()",
        ],
    },
}
