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

POLICY_RULE = {
    "policy_rule_version_no_update": {
        "table": "generation_policyruleversion",
        "sqlite": [
            "DROP TRIGGER IF EXISTS policy_rule_version_no_update",
            "CREATE TRIGGER policy_rule_version_no_update BEFORE UPDATE ON generation_policyruleversion BEGIN SELECT RAISE(ABORT, 'a version of a policy rule never changes: another one follows it') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION policy_rule_version_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of a policy rule never changes: another one follows it' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS policy_rule_version_no_update ON generation_policyruleversion",
            "CREATE TRIGGER policy_rule_version_no_update BEFORE UPDATE ON generation_policyruleversion FOR EACH ROW EXECUTE FUNCTION policy_rule_version_no_update()",
        ],
    },
    "policy_rule_version_no_delete": {
        "table": "generation_policyruleversion",
        "sqlite": [
            "DROP TRIGGER IF EXISTS policy_rule_version_no_delete",
            "CREATE TRIGGER policy_rule_version_no_delete BEFORE DELETE ON generation_policyruleversion BEGIN SELECT RAISE(ABORT, 'a version of a policy rule is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION policy_rule_version_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of a policy rule is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS policy_rule_version_no_delete ON generation_policyruleversion",
            "CREATE TRIGGER policy_rule_version_no_delete BEFORE DELETE ON generation_policyruleversion FOR EACH ROW EXECUTE FUNCTION policy_rule_version_no_delete()",
        ],
    },
}

PAIR = {
    "pair_source_no_update": {
        "table": "generation_pairsource",
        "sqlite": [
            "DROP TRIGGER IF EXISTS pair_source_no_update",
            "CREATE TRIGGER pair_source_no_update BEFORE UPDATE ON generation_pairsource BEGIN SELECT RAISE(ABORT, 'where pairs come from never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION pair_source_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'where pairs come from never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS pair_source_no_update ON generation_pairsource",
            "CREATE TRIGGER pair_source_no_update BEFORE UPDATE ON generation_pairsource FOR EACH ROW EXECUTE FUNCTION pair_source_no_update()",
        ],
    },
    "pair_source_no_delete": {
        "table": "generation_pairsource",
        "sqlite": [
            "DROP TRIGGER IF EXISTS pair_source_no_delete",
            "CREATE TRIGGER pair_source_no_delete BEFORE DELETE ON generation_pairsource BEGIN SELECT RAISE(ABORT, 'where pairs come from is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION pair_source_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'where pairs come from is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS pair_source_no_delete ON generation_pairsource",
            "CREATE TRIGGER pair_source_no_delete BEFORE DELETE ON generation_pairsource FOR EACH ROW EXECUTE FUNCTION pair_source_no_delete()",
        ],
    },
}

RECOMPUTATION = {
    "recomputation_no_update": {
        "table": "generation_recomputation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS recomputation_no_update",
            "CREATE TRIGGER recomputation_no_update BEFORE UPDATE ON generation_recomputation BEGIN SELECT RAISE(ABORT, 'what a second worker got never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION recomputation_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what a second worker got never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS recomputation_no_update ON generation_recomputation",
            "CREATE TRIGGER recomputation_no_update BEFORE UPDATE ON generation_recomputation FOR EACH ROW EXECUTE FUNCTION recomputation_no_update()",
        ],
    },
    "recomputation_no_delete": {
        "table": "generation_recomputation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS recomputation_no_delete",
            "CREATE TRIGGER recomputation_no_delete BEFORE DELETE ON generation_recomputation BEGIN SELECT RAISE(ABORT, 'what a second worker got is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION recomputation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what a second worker got is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS recomputation_no_delete ON generation_recomputation",
            "CREATE TRIGGER recomputation_no_delete BEFORE DELETE ON generation_recomputation FOR EACH ROW EXECUTE FUNCTION recomputation_no_delete()",
        ],
    },
}

DATASET = {
    "dataset_stays_as_uploaded": {
        "table": "generation_dataset",
        "sqlite": [
            "DROP TRIGGER IF EXISTS dataset_stays_as_uploaded",
            "CREATE TRIGGER dataset_stays_as_uploaded BEFORE UPDATE ON generation_dataset BEGIN SELECT RAISE(ABORT, 'owner, purpose and file of a dataset never change') WHERE NEW.owner_id <> OLD.owner_id OR NEW.purpose <> OLD.purpose OR NEW.sha256 <> OLD.sha256; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION dataset_stays_as_uploaded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.owner_id <> OLD.owner_id OR NEW.purpose <> OLD.purpose OR NEW.sha256 <> OLD.sha256 THEN RAISE EXCEPTION 'owner, purpose and file of a dataset never change' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS dataset_stays_as_uploaded ON generation_dataset",
            "CREATE TRIGGER dataset_stays_as_uploaded BEFORE UPDATE ON generation_dataset FOR EACH ROW EXECUTE FUNCTION dataset_stays_as_uploaded()",
        ],
    },
}

CO_OWNER = {
    "co_owner_ends_once": {
        "table": "generation_coowner",
        "sqlite": [
            "DROP TRIGGER IF EXISTS co_owner_ends_once",
            "CREATE TRIGGER co_owner_ends_once BEFORE UPDATE ON generation_coowner BEGIN SELECT RAISE(ABORT, 'who owned a dataset never changes') WHERE NEW.dataset_id <> OLD.dataset_id OR NEW.person_id <> OLD.person_id OR NEW.by_id <> OLD.by_id OR OLD.ended_at IS NOT NULL; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION co_owner_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.dataset_id <> OLD.dataset_id OR NEW.person_id <> OLD.person_id OR NEW.by_id <> OLD.by_id OR OLD.ended_at IS NOT NULL THEN RAISE EXCEPTION 'who owned a dataset never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS co_owner_ends_once ON generation_coowner",
            "CREATE TRIGGER co_owner_ends_once BEFORE UPDATE ON generation_coowner FOR EACH ROW EXECUTE FUNCTION co_owner_ends_once()",
        ],
    },
    "co_owner_no_delete": {
        "table": "generation_coowner",
        "sqlite": [
            "DROP TRIGGER IF EXISTS co_owner_no_delete",
            "CREATE TRIGGER co_owner_no_delete BEFORE DELETE ON generation_coowner BEGIN SELECT RAISE(ABORT, 'who owned a dataset stays known') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION co_owner_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'who owned a dataset stays known' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS co_owner_no_delete ON generation_coowner",
            "CREATE TRIGGER co_owner_no_delete BEFORE DELETE ON generation_coowner FOR EACH ROW EXECUTE FUNCTION co_owner_no_delete()",
        ],
    },
}

RUN = {
    "run_stays_as_generated": {
        "table": "generation_generationrun",
        "sqlite": [
            "DROP TRIGGER IF EXISTS run_stays_as_generated",
            'CREATE TRIGGER run_stays_as_generated BEFORE UPDATE ON generation_generationrun BEGIN SELECT RAISE(ABORT, \'what a run was asked for and what it made never change\') WHERE OLD.status IN (\'generated\', \'evaluated\') AND (NEW."number" <> OLD."number" OR NEW."parameters" <> OLD."parameters" OR NEW."rows" <> OLD."rows" OR NEW."artefact_sha256" <> OLD."artefact_sha256" OR NEW."columns" <> OLD."columns" OR NEW."notes" <> OLD."notes" OR NEW."seed" <> OLD."seed" OR NEW."synthesizer" <> OLD."synthesizer" OR NEW."tier" <> OLD."tier" OR NEW."plan_id" <> OLD."plan_id" OR NEW."asked" <> OLD."asked" OR NEW."rules_id" <> OLD."rules_id" OR NEW."artefact_size" <> OLD."artefact_size" OR NEW."artefact_rows" <> OLD."artefact_rows" OR (NEW."asked" IS NULL) <> (OLD."asked" IS NULL) OR (NEW."rules_id" IS NULL) <> (OLD."rules_id" IS NULL) OR (NEW."artefact_size" IS NULL) <> (OLD."artefact_size" IS NULL) OR (NEW."artefact_rows" IS NULL) <> (OLD."artefact_rows" IS NULL)); END',
        ],
        "postgresql": [
            'CREATE OR REPLACE FUNCTION run_stays_as_generated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF OLD.status IN (\'generated\', \'evaluated\') AND (NEW."number" <> OLD."number" OR NEW."parameters" <> OLD."parameters" OR NEW."rows" <> OLD."rows" OR NEW."artefact_sha256" <> OLD."artefact_sha256" OR NEW."columns" <> OLD."columns" OR NEW."notes" <> OLD."notes" OR NEW."seed" <> OLD."seed" OR NEW."synthesizer" <> OLD."synthesizer" OR NEW."tier" <> OLD."tier" OR NEW."plan_id" <> OLD."plan_id" OR NEW."asked" <> OLD."asked" OR NEW."rules_id" <> OLD."rules_id" OR NEW."artefact_size" <> OLD."artefact_size" OR NEW."artefact_rows" <> OLD."artefact_rows" OR (NEW."asked" IS NULL) <> (OLD."asked" IS NULL) OR (NEW."rules_id" IS NULL) <> (OLD."rules_id" IS NULL) OR (NEW."artefact_size" IS NULL) <> (OLD."artefact_size" IS NULL) OR (NEW."artefact_rows" IS NULL) <> (OLD."artefact_rows" IS NULL)) THEN RAISE EXCEPTION \'what a run was asked for and what it made never change\' USING ERRCODE = \'23514\'; END IF; RETURN NEW; END $$',
            "DROP TRIGGER IF EXISTS run_stays_as_generated ON generation_generationrun",
            "CREATE TRIGGER run_stays_as_generated BEFORE UPDATE ON generation_generationrun FOR EACH ROW EXECUTE FUNCTION run_stays_as_generated()",
        ],
    },
}

SOURCE = {
    "dataset_source_fixed": {
        "table": "generation_dataset",
        "sqlite": [
            "DROP TRIGGER IF EXISTS dataset_source_fixed",
            "CREATE TRIGGER dataset_source_fixed BEFORE UPDATE ON generation_dataset BEGIN SELECT RAISE(ABORT, 'which source a dataset comes from never changes once it is known') WHERE OLD.source IS NOT NULL AND (NEW.source IS NULL OR NEW.source <> OLD.source); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION dataset_source_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF OLD.source IS NOT NULL AND (NEW.source IS NULL OR NEW.source <> OLD.source) THEN RAISE EXCEPTION 'which source a dataset comes from never changes once it is known' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS dataset_source_fixed ON generation_dataset",
            "CREATE TRIGGER dataset_source_fixed BEFORE UPDATE ON generation_dataset FOR EACH ROW EXECUTE FUNCTION dataset_source_fixed()",
        ],
    },
}

BUDGET_DECISION = {
    "privacy_limit_decision_by_a_second_steward": {
        "table": "generation_privacylimitdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_limit_decision_by_a_second_steward",
            "CREATE TRIGGER privacy_limit_decision_by_a_second_steward BEFORE INSERT ON generation_privacylimitdecision BEGIN SELECT RAISE(ABORT, 'a privacy limit is confirmed by a second steward, not by its author') WHERE NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM generation_privacylimit WHERE id = NEW.version_id AND by_id = NEW.by_id)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_limit_decision_by_a_second_steward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM generation_privacylimit WHERE id = NEW.version_id AND by_id = NEW.by_id)) THEN RAISE EXCEPTION 'a privacy limit is confirmed by a second steward, not by its author' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS privacy_limit_decision_by_a_second_steward ON generation_privacylimitdecision",
            "CREATE TRIGGER privacy_limit_decision_by_a_second_steward BEFORE INSERT ON generation_privacylimitdecision FOR EACH ROW EXECUTE FUNCTION privacy_limit_decision_by_a_second_steward()",
        ],
    },
    "privacy_limit_decision_no_update": {
        "table": "generation_privacylimitdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_limit_decision_no_update",
            "CREATE TRIGGER privacy_limit_decision_no_update BEFORE UPDATE ON generation_privacylimitdecision BEGIN SELECT RAISE(ABORT, 'a decision about a privacy limit never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_limit_decision_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about a privacy limit never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS privacy_limit_decision_no_update ON generation_privacylimitdecision",
            "CREATE TRIGGER privacy_limit_decision_no_update BEFORE UPDATE ON generation_privacylimitdecision FOR EACH ROW EXECUTE FUNCTION privacy_limit_decision_no_update()",
        ],
    },
    "privacy_limit_decision_no_delete": {
        "table": "generation_privacylimitdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS privacy_limit_decision_no_delete",
            "CREATE TRIGGER privacy_limit_decision_no_delete BEFORE DELETE ON generation_privacylimitdecision BEGIN SELECT RAISE(ABORT, 'a decision about a privacy limit stays') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION privacy_limit_decision_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about a privacy limit stays' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS privacy_limit_decision_no_delete ON generation_privacylimitdecision",
            "CREATE TRIGGER privacy_limit_decision_no_delete BEFORE DELETE ON generation_privacylimitdecision FOR EACH ROW EXECUTE FUNCTION privacy_limit_decision_no_delete()",
        ],
    },
}
