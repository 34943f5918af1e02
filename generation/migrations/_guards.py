"""The guards as these migrations made them: names, tables and SQL, frozen. Today's are in generation/models/triggers.py.

A guard that changes gets a new migration with SQL of its own.
"""

VERSION = {
    "limits_no_update": {
        "table": "generation_limits",
        "sqlite": [
            "DROP TRIGGER IF EXISTS limits_no_update",
            "CREATE TRIGGER limits_no_update BEFORE UPDATE ON generation_limits BEGIN SELECT RAISE(ABORT, 'a version of the limits never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION limits_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of the limits never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS limits_no_update ON generation_limits",
            "CREATE TRIGGER limits_no_update BEFORE UPDATE ON generation_limits FOR EACH ROW EXECUTE FUNCTION limits_no_update()",
        ],
    },
    "limits_no_delete": {
        "table": "generation_limits",
        "sqlite": [
            "DROP TRIGGER IF EXISTS limits_no_delete",
            "CREATE TRIGGER limits_no_delete BEFORE DELETE ON generation_limits BEGIN SELECT RAISE(ABORT, 'a version of the limits is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION limits_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of the limits is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS limits_no_delete ON generation_limits",
            "CREATE TRIGGER limits_no_delete BEFORE DELETE ON generation_limits FOR EACH ROW EXECUTE FUNCTION limits_no_delete()",
        ],
    },
    "rules_no_update": {
        "table": "generation_ruleset",
        "sqlite": [
            "DROP TRIGGER IF EXISTS rules_no_update",
            "CREATE TRIGGER rules_no_update BEFORE UPDATE ON generation_ruleset BEGIN SELECT RAISE(ABORT, 'a version of the rules never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION rules_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of the rules never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS rules_no_update ON generation_ruleset",
            "CREATE TRIGGER rules_no_update BEFORE UPDATE ON generation_ruleset FOR EACH ROW EXECUTE FUNCTION rules_no_update()",
        ],
    },
}

LEDGER = {
    "privacy_spend_no_update": {
        "table": "generation_privacyspend",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_spend_no_update",
            "CREATE TRIGGER privacy_spend_no_update BEFORE UPDATE ON generation_privacyspend BEGIN SELECT RAISE(ABORT, 'a privacy spend never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_spend_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a privacy spend never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS privacy_spend_no_update ON generation_privacyspend",
            "CREATE TRIGGER privacy_spend_no_update BEFORE UPDATE ON generation_privacyspend FOR EACH ROW EXECUTE FUNCTION privacy_spend_no_update()",
        ],
    },
    "privacy_spend_no_delete": {
        "table": "generation_privacyspend",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_spend_no_delete",
            "CREATE TRIGGER privacy_spend_no_delete BEFORE DELETE ON generation_privacyspend BEGIN SELECT RAISE(ABORT, 'a privacy spend is never given back') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_spend_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a privacy spend is never given back' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS privacy_spend_no_delete ON generation_privacyspend",
            "CREATE TRIGGER privacy_spend_no_delete BEFORE DELETE ON generation_privacyspend FOR EACH ROW EXECUTE FUNCTION privacy_spend_no_delete()",
        ],
    },
    "privacy_limit_no_update": {
        "table": "generation_privacylimit",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_limit_no_update",
            "CREATE TRIGGER privacy_limit_no_update BEFORE UPDATE ON generation_privacylimit BEGIN SELECT RAISE(ABORT, 'a privacy limit never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_limit_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a privacy limit never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS privacy_limit_no_update ON generation_privacylimit",
            "CREATE TRIGGER privacy_limit_no_update BEFORE UPDATE ON generation_privacylimit FOR EACH ROW EXECUTE FUNCTION privacy_limit_no_update()",
        ],
    },
    "privacy_limit_no_delete": {
        "table": "generation_privacylimit",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_limit_no_delete",
            "CREATE TRIGGER privacy_limit_no_delete BEFORE DELETE ON generation_privacylimit BEGIN SELECT RAISE(ABORT, 'a privacy limit is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_limit_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a privacy limit is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS privacy_limit_no_delete ON generation_privacylimit",
            "CREATE TRIGGER privacy_limit_no_delete BEFORE DELETE ON generation_privacylimit FOR EACH ROW EXECUTE FUNCTION privacy_limit_no_delete()",
        ],
    },
    "privacy_spend_within_limit": {
        "table": "generation_privacyspend",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_spend_within_limit",
            "CREATE TRIGGER privacy_spend_within_limit BEFORE INSERT ON generation_privacyspend BEGIN SELECT RAISE(ABORT, 'the privacy budget of this source is spent') WHERE (SELECT COALESCE(SUM(epsilon), 0) FROM generation_privacyspend WHERE source = NEW.source) + NEW.epsilon > NEW.\"limit\" + 0.000000001; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_spend_within_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext(NEW.source)); IF (SELECT COALESCE(SUM(epsilon), 0) FROM generation_privacyspend WHERE source = NEW.source) + NEW.epsilon > NEW.\"limit\" + 0.000000001 THEN RAISE EXCEPTION 'the privacy budget of this source is spent' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS privacy_spend_within_limit ON generation_privacyspend",
            "CREATE TRIGGER privacy_spend_within_limit BEFORE INSERT ON generation_privacyspend FOR EACH ROW EXECUTE FUNCTION privacy_spend_within_limit()",
        ],
    },
}

ABOUT = {
    "about_no_update": {
        "table": "generation_about",
        "sqlite": [
            "DROP TRIGGER IF EXISTS about_no_update",
            "CREATE TRIGGER about_no_update BEFORE UPDATE ON generation_about BEGIN SELECT RAISE(ABORT, 'a version of what is said about a source never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION about_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of what is said about a source never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS about_no_update ON generation_about",
            "CREATE TRIGGER about_no_update BEFORE UPDATE ON generation_about FOR EACH ROW EXECUTE FUNCTION about_no_update()",
        ],
    },
    "about_no_delete": {
        "table": "generation_about",
        "sqlite": [
            "DROP TRIGGER IF EXISTS about_no_delete",
            "CREATE TRIGGER about_no_delete BEFORE DELETE ON generation_about BEGIN SELECT RAISE(ABORT, 'a version of what is said about a source stays') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION about_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of what is said about a source stays' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS about_no_delete ON generation_about",
            "CREATE TRIGGER about_no_delete BEFORE DELETE ON generation_about FOR EACH ROW EXECUTE FUNCTION about_no_delete()",
        ],
    },
}

OVERRULING = {
    "overruling_no_update": {
        "table": "generation_overruling",
        "sqlite": [
            "DROP TRIGGER IF EXISTS overruling_no_update",
            "CREATE TRIGGER overruling_no_update BEFORE UPDATE ON generation_overruling BEGIN SELECT RAISE(ABORT, 'what an owner overruled never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION overruling_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what an owner overruled never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS overruling_no_update ON generation_overruling",
            "CREATE TRIGGER overruling_no_update BEFORE UPDATE ON generation_overruling FOR EACH ROW EXECUTE FUNCTION overruling_no_update()",
        ],
    },
    "overruling_no_delete": {
        "table": "generation_overruling",
        "sqlite": [
            "DROP TRIGGER IF EXISTS overruling_no_delete",
            "CREATE TRIGGER overruling_no_delete BEFORE DELETE ON generation_overruling BEGIN SELECT RAISE(ABORT, 'what an owner overruled is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION overruling_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what an owner overruled is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS overruling_no_delete ON generation_overruling",
            "CREATE TRIGGER overruling_no_delete BEFORE DELETE ON generation_overruling FOR EACH ROW EXECUTE FUNCTION overruling_no_delete()",
        ],
    },
}

EXCEPTION = {
    "written_exception_no_update": {
        "table": "generation_writtenexception",
        "sqlite": [
            "DROP TRIGGER IF EXISTS written_exception_no_update",
            "CREATE TRIGGER written_exception_no_update BEFORE UPDATE ON generation_writtenexception BEGIN SELECT RAISE(ABORT, 'a written exception never changes: another one takes it back') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION written_exception_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a written exception never changes: another one takes it back' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS written_exception_no_update ON generation_writtenexception",
            "CREATE TRIGGER written_exception_no_update BEFORE UPDATE ON generation_writtenexception FOR EACH ROW EXECUTE FUNCTION written_exception_no_update()",
        ],
    },
    "written_exception_no_delete": {
        "table": "generation_writtenexception",
        "sqlite": [
            "DROP TRIGGER IF EXISTS written_exception_no_delete",
            "CREATE TRIGGER written_exception_no_delete BEFORE DELETE ON generation_writtenexception BEGIN SELECT RAISE(ABORT, 'a written exception is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION written_exception_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a written exception is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS written_exception_no_delete ON generation_writtenexception",
            "CREATE TRIGGER written_exception_no_delete BEFORE DELETE ON generation_writtenexception FOR EACH ROW EXECUTE FUNCTION written_exception_no_delete()",
        ],
    },
    "written_exception_by_a_second_person": {
        "table": "generation_writtenexception",
        "sqlite": [
            "DROP TRIGGER IF EXISTS written_exception_by_a_second_person",
            "CREATE TRIGGER written_exception_by_a_second_person BEFORE INSERT ON generation_writtenexception BEGIN SELECT RAISE(ABORT, 'an exception is not written by the owner of the dataset') WHERE EXISTS (SELECT 1 FROM generation_dataset WHERE id = NEW.dataset_id AND owner_id = NEW.by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION written_exception_by_a_second_person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_dataset WHERE id = NEW.dataset_id AND owner_id = NEW.by_id) THEN RAISE EXCEPTION 'an exception is not written by the owner of the dataset' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS written_exception_by_a_second_person ON generation_writtenexception",
            "CREATE TRIGGER written_exception_by_a_second_person BEFORE INSERT ON generation_writtenexception FOR EACH ROW EXECUTE FUNCTION written_exception_by_a_second_person()",
        ],
    },
}

CONFIRMATION = {
    "policy_rule_confirmation_no_update": {
        "table": "generation_policyruleconfirmation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS policy_rule_confirmation_no_update",
            "CREATE TRIGGER policy_rule_confirmation_no_update BEFORE UPDATE ON generation_policyruleconfirmation BEGIN SELECT RAISE(ABORT, 'a confirmation never changes: another one takes it back') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION policy_rule_confirmation_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a confirmation never changes: another one takes it back' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS policy_rule_confirmation_no_update ON generation_policyruleconfirmation",
            "CREATE TRIGGER policy_rule_confirmation_no_update BEFORE UPDATE ON generation_policyruleconfirmation FOR EACH ROW EXECUTE FUNCTION policy_rule_confirmation_no_update()",
        ],
    },
    "policy_rule_confirmation_no_delete": {
        "table": "generation_policyruleconfirmation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS policy_rule_confirmation_no_delete",
            "CREATE TRIGGER policy_rule_confirmation_no_delete BEFORE DELETE ON generation_policyruleconfirmation BEGIN SELECT RAISE(ABORT, 'a confirmation is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION policy_rule_confirmation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a confirmation is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS policy_rule_confirmation_no_delete ON generation_policyruleconfirmation",
            "CREATE TRIGGER policy_rule_confirmation_no_delete BEFORE DELETE ON generation_policyruleconfirmation FOR EACH ROW EXECUTE FUNCTION policy_rule_confirmation_no_delete()",
        ],
    },
}

EVIDENCE = {
    "evaluation_no_update": {
        "table": "generation_evaluation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS evaluation_no_update",
            "CREATE TRIGGER evaluation_no_update BEFORE UPDATE ON generation_evaluation BEGIN SELECT RAISE(ABORT, 'an evaluation never changes: measure again') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION evaluation_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'an evaluation never changes: measure again' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS evaluation_no_update ON generation_evaluation",
            "CREATE TRIGGER evaluation_no_update BEFORE UPDATE ON generation_evaluation FOR EACH ROW EXECUTE FUNCTION evaluation_no_update()",
        ],
    },
    "evaluation_no_delete": {
        "table": "generation_evaluation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS evaluation_no_delete",
            "CREATE TRIGGER evaluation_no_delete BEFORE DELETE ON generation_evaluation BEGIN SELECT RAISE(ABORT, 'an evaluation is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION evaluation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'an evaluation is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS evaluation_no_delete ON generation_evaluation",
            "CREATE TRIGGER evaluation_no_delete BEFORE DELETE ON generation_evaluation FOR EACH ROW EXECUTE FUNCTION evaluation_no_delete()",
        ],
    },
    "plan_fixed": {
        "table": "generation_plan",
        "sqlite": [
            "DROP TRIGGER IF EXISTS plan_fixed",
            "CREATE TRIGGER plan_fixed BEFORE UPDATE ON generation_plan BEGIN SELECT RAISE(ABORT, 'a confirmed plan never changes: make another version') WHERE OLD.confirmed_at IS NOT NULL AND (NEW.treatments <> OLD.treatments OR NEW.roles <> OLD.roles OR NEW.version <> OLD.version OR NEW.dataset_id <> OLD.dataset_id OR NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at OR NEW.confirmed_by_id <> OLD.confirmed_by_id OR (OLD.minimised_sha256 <> '' AND (NEW.report <> OLD.report OR NEW.schema <> OLD.schema OR NEW.minimised_sha256 <> OLD.minimised_sha256 OR NEW.minimised_holdout_sha256 <> OLD.minimised_holdout_sha256))); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION plan_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF OLD.confirmed_at IS NOT NULL AND (NEW.treatments <> OLD.treatments OR NEW.roles <> OLD.roles OR NEW.version <> OLD.version OR NEW.dataset_id <> OLD.dataset_id OR NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at OR NEW.confirmed_by_id <> OLD.confirmed_by_id OR (OLD.minimised_sha256 <> '' AND (NEW.report <> OLD.report OR NEW.schema <> OLD.schema OR NEW.minimised_sha256 <> OLD.minimised_sha256 OR NEW.minimised_holdout_sha256 <> OLD.minimised_holdout_sha256))) THEN RAISE EXCEPTION 'a confirmed plan never changes: make another version' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS plan_fixed ON generation_plan",
            "CREATE TRIGGER plan_fixed BEFORE UPDATE ON generation_plan FOR EACH ROW EXECUTE FUNCTION plan_fixed()",
        ],
    },
}

DECISIONS = {
    "limits_decision_by_a_second_steward": {
        "table": "generation_limitsdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS limits_decision_by_a_second_steward",
            "CREATE TRIGGER limits_decision_by_a_second_steward BEFORE INSERT ON generation_limitsdecision BEGIN SELECT RAISE(ABORT, 'limits are confirmed by a second steward, not by their author') WHERE NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM generation_limits WHERE id = NEW.version_id AND by_id = NEW.by_id)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION limits_decision_by_a_second_steward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM generation_limits WHERE id = NEW.version_id AND by_id = NEW.by_id)) THEN RAISE EXCEPTION 'limits are confirmed by a second steward, not by their author' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS limits_decision_by_a_second_steward ON generation_limitsdecision",
            "CREATE TRIGGER limits_decision_by_a_second_steward BEFORE INSERT ON generation_limitsdecision FOR EACH ROW EXECUTE FUNCTION limits_decision_by_a_second_steward()",
        ],
    },
    "limits_decision_no_update": {
        "table": "generation_limitsdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS limits_decision_no_update",
            "CREATE TRIGGER limits_decision_no_update BEFORE UPDATE ON generation_limitsdecision BEGIN SELECT RAISE(ABORT, 'a decision about limits never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION limits_decision_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about limits never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS limits_decision_no_update ON generation_limitsdecision",
            "CREATE TRIGGER limits_decision_no_update BEFORE UPDATE ON generation_limitsdecision FOR EACH ROW EXECUTE FUNCTION limits_decision_no_update()",
        ],
    },
    "limits_decision_no_delete": {
        "table": "generation_limitsdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS limits_decision_no_delete",
            "CREATE TRIGGER limits_decision_no_delete BEFORE DELETE ON generation_limitsdecision BEGIN SELECT RAISE(ABORT, 'a decision about limits stays') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION limits_decision_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about limits stays' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS limits_decision_no_delete ON generation_limitsdecision",
            "CREATE TRIGGER limits_decision_no_delete BEFORE DELETE ON generation_limitsdecision FOR EACH ROW EXECUTE FUNCTION limits_decision_no_delete()",
        ],
    },
}
