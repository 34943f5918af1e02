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

PEOPLE = {
    "account_link_used_once": {
        "table": "synthportal_accountlink",
        "sqlite": [
            "DROP TRIGGER IF EXISTS account_link_used_once",
            "CREATE TRIGGER account_link_used_once BEFORE UPDATE ON synthportal_accountlink BEGIN SELECT RAISE(ABORT, 'a one-time link never changes, and is used once') WHERE NEW.digest <> OLD.digest OR NEW.person_id <> OLD.person_id OR NEW.expires_at <> OLD.expires_at OR OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION account_link_used_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.digest <> OLD.digest OR NEW.person_id <> OLD.person_id OR NEW.expires_at <> OLD.expires_at OR OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL THEN RAISE EXCEPTION 'a one-time link never changes, and is used once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS account_link_used_once ON synthportal_accountlink",
            "CREATE TRIGGER account_link_used_once BEFORE UPDATE ON synthportal_accountlink FOR EACH ROW EXECUTE FUNCTION account_link_used_once()",
        ],
    },
    "account_link_no_delete": {
        "table": "synthportal_accountlink",
        "sqlite": [
            "DROP TRIGGER IF EXISTS account_link_no_delete",
            "CREATE TRIGGER account_link_no_delete BEFORE DELETE ON synthportal_accountlink BEGIN SELECT RAISE(ABORT, 'a one-time link is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION account_link_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a one-time link is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS account_link_no_delete ON synthportal_accountlink",
            "CREATE TRIGGER account_link_no_delete BEFORE DELETE ON synthportal_accountlink FOR EACH ROW EXECUTE FUNCTION account_link_no_delete()",
        ],
    },
    "role_request_decided_by_a_second_person": {
        "table": "synthportal_rolerequest",
        "sqlite": [
            "DROP TRIGGER IF EXISTS role_request_decided_by_a_second_person",
            "CREATE TRIGGER role_request_decided_by_a_second_person BEFORE UPDATE ON synthportal_rolerequest BEGIN SELECT RAISE(ABORT, 'a role is given by a second person, once') WHERE NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role OR NEW.asked_by_id <> OLD.asked_by_id OR OLD.decided_at IS NOT NULL OR NEW.decided_by_id = OLD.person_id OR (NEW.is_granted AND NEW.decided_by_id = OLD.asked_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION role_request_decided_by_a_second_person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role OR NEW.asked_by_id <> OLD.asked_by_id OR OLD.decided_at IS NOT NULL OR NEW.decided_by_id = OLD.person_id OR (NEW.is_granted AND NEW.decided_by_id = OLD.asked_by_id) THEN RAISE EXCEPTION 'a role is given by a second person, once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS role_request_decided_by_a_second_person ON synthportal_rolerequest",
            "CREATE TRIGGER role_request_decided_by_a_second_person BEFORE UPDATE ON synthportal_rolerequest FOR EACH ROW EXECUTE FUNCTION role_request_decided_by_a_second_person()",
        ],
    },
    "role_request_no_delete": {
        "table": "synthportal_rolerequest",
        "sqlite": [
            "DROP TRIGGER IF EXISTS role_request_no_delete",
            "CREATE TRIGGER role_request_no_delete BEFORE DELETE ON synthportal_rolerequest BEGIN SELECT RAISE(ABORT, 'a request for a role is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION role_request_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a request for a role is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS role_request_no_delete ON synthportal_rolerequest",
            "CREATE TRIGGER role_request_no_delete BEFORE DELETE ON synthportal_rolerequest FOR EACH ROW EXECUTE FUNCTION role_request_no_delete()",
        ],
    },
}
