"""The guards as these migrations made them: names, tables and SQL, frozen. Today's are in reviews/models/triggers.py.

A guard that changes gets a new migration with SQL of its own.
"""

REVIEW = {
    "reviews_verdict_frozen_insert": {
        "table": "reviews_verdict",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_insert",
            "CREATE TRIGGER reviews_verdict_frozen_insert BEFORE INSERT ON reviews_verdict BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_verdict_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_insert ON reviews_verdict",
            "CREATE TRIGGER reviews_verdict_frozen_insert BEFORE INSERT ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION reviews_verdict_frozen_insert()",
        ],
    },
    "reviews_verdict_frozen_update": {
        "table": "reviews_verdict",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_update",
            "CREATE TRIGGER reviews_verdict_frozen_update BEFORE UPDATE ON reviews_verdict BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_verdict_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_update ON reviews_verdict",
            "CREATE TRIGGER reviews_verdict_frozen_update BEFORE UPDATE ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION reviews_verdict_frozen_update()",
        ],
    },
    "reviews_verdict_frozen_delete": {
        "table": "reviews_verdict",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_delete",
            "CREATE TRIGGER reviews_verdict_frozen_delete BEFORE DELETE ON reviews_verdict BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_verdict_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS reviews_verdict_frozen_delete ON reviews_verdict",
            "CREATE TRIGGER reviews_verdict_frozen_delete BEFORE DELETE ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION reviews_verdict_frozen_delete()",
        ],
    },
    "reviews_adjudication_frozen_insert": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_insert",
            "CREATE TRIGGER reviews_adjudication_frozen_insert BEFORE INSERT ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_adjudication_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_insert ON reviews_adjudication",
            "CREATE TRIGGER reviews_adjudication_frozen_insert BEFORE INSERT ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION reviews_adjudication_frozen_insert()",
        ],
    },
    "reviews_adjudication_frozen_update": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_update",
            "CREATE TRIGGER reviews_adjudication_frozen_update BEFORE UPDATE ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_adjudication_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_update ON reviews_adjudication",
            "CREATE TRIGGER reviews_adjudication_frozen_update BEFORE UPDATE ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION reviews_adjudication_frozen_update()",
        ],
    },
    "reviews_adjudication_frozen_delete": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_delete",
            "CREATE TRIGGER reviews_adjudication_frozen_delete BEFORE DELETE ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_adjudication_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS reviews_adjudication_frozen_delete ON reviews_adjudication",
            "CREATE TRIGGER reviews_adjudication_frozen_delete BEFORE DELETE ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION reviews_adjudication_frozen_delete()",
        ],
    },
    "review_sample_fixed": {
        "table": "reviews_review",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_sample_fixed",
            "CREATE TRIGGER review_sample_fixed BEFORE UPDATE ON reviews_review BEGIN SELECT RAISE(ABORT, 'the sample of a review is fixed') WHERE NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.run_id <> OLD.run_id OR NEW.lot <> OLD.lot OR NEW.required <> OLD.required OR NEW.accept <> OLD.accept OR NEW.ltpd <> OLD.ltpd OR NEW.confidence <> OLD.confidence; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_sample_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.run_id <> OLD.run_id OR NEW.lot <> OLD.lot OR NEW.required <> OLD.required OR NEW.accept <> OLD.accept OR NEW.ltpd <> OLD.ltpd OR NEW.confidence <> OLD.confidence THEN RAISE EXCEPTION 'the sample of a review is fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_sample_fixed ON reviews_review",
            "CREATE TRIGGER review_sample_fixed BEFORE UPDATE ON reviews_review FOR EACH ROW EXECUTE FUNCTION review_sample_fixed()",
        ],
    },
    "review_no_delete": {
        "table": "reviews_review",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_no_delete",
            "CREATE TRIGGER review_no_delete BEFORE DELETE ON reviews_review BEGIN SELECT RAISE(ABORT, 'a review is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a review is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS review_no_delete ON reviews_review",
            "CREATE TRIGGER review_no_delete BEFORE DELETE ON reviews_review FOR EACH ROW EXECUTE FUNCTION review_no_delete()",
        ],
    },
    "review_record_fixed": {
        "table": "reviews_reviewrecord",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_record_fixed",
            "CREATE TRIGGER review_record_fixed BEFORE UPDATE ON reviews_reviewrecord BEGIN SELECT RAISE(ABORT, 'a sampled record is fixed') WHERE NEW.review_id <> OLD.review_id OR NEW.lane <> OLD.lane OR NEW.position <> OLD.position OR NEW.row <> OLD.row OR NEW.sealed <> OLD.sealed; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_record_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.review_id <> OLD.review_id OR NEW.lane <> OLD.lane OR NEW.position <> OLD.position OR NEW.row <> OLD.row OR NEW.sealed <> OLD.sealed THEN RAISE EXCEPTION 'a sampled record is fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_record_fixed ON reviews_reviewrecord",
            "CREATE TRIGGER review_record_fixed BEFORE UPDATE ON reviews_reviewrecord FOR EACH ROW EXECUTE FUNCTION review_record_fixed()",
        ],
    },
    "review_record_no_delete": {
        "table": "reviews_reviewrecord",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_record_no_delete",
            "CREATE TRIGGER review_record_no_delete BEFORE DELETE ON reviews_reviewrecord BEGIN SELECT RAISE(ABORT, 'a sampled record is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_record_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a sampled record is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS review_record_no_delete ON reviews_reviewrecord",
            "CREATE TRIGGER review_record_no_delete BEFORE DELETE ON reviews_reviewrecord FOR EACH ROW EXECUTE FUNCTION review_record_no_delete()",
        ],
    },
    "adjudication_by_a_second_person_insert": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS adjudication_by_a_second_person_insert",
            "CREATE TRIGGER adjudication_by_a_second_person_insert BEFORE INSERT ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'a flag is not settled by who raised it') WHERE EXISTS (SELECT 1 FROM reviews_verdict WHERE id = NEW.verdict_id AND by_id = NEW.by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION adjudication_by_a_second_person_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_verdict WHERE id = NEW.verdict_id AND by_id = NEW.by_id) THEN RAISE EXCEPTION 'a flag is not settled by who raised it' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS adjudication_by_a_second_person_insert ON reviews_adjudication",
            "CREATE TRIGGER adjudication_by_a_second_person_insert BEFORE INSERT ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION adjudication_by_a_second_person_insert()",
        ],
    },
    "adjudication_by_a_second_person_update": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS adjudication_by_a_second_person_update",
            "CREATE TRIGGER adjudication_by_a_second_person_update BEFORE UPDATE ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'a flag is not settled by who raised it') WHERE EXISTS (SELECT 1 FROM reviews_verdict WHERE id = NEW.verdict_id AND by_id = NEW.by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION adjudication_by_a_second_person_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_verdict WHERE id = NEW.verdict_id AND by_id = NEW.by_id) THEN RAISE EXCEPTION 'a flag is not settled by who raised it' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS adjudication_by_a_second_person_update ON reviews_adjudication",
            "CREATE TRIGGER adjudication_by_a_second_person_update BEFORE UPDATE ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION adjudication_by_a_second_person_update()",
        ],
    },
    "release_needs_accepted_review": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_needs_accepted_review",
            "CREATE TRIGGER release_needs_accepted_review BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'a release needs an accepted review of the same bytes') WHERE NOT EXISTS (SELECT 1 FROM reviews_review v JOIN generation_generationrun g ON g.id = v.run_id JOIN generation_dataset d ON d.id = g.dataset_id WHERE v.id = NEW.review_id AND v.status = 'accepted' AND v.run_id = NEW.run_id AND v.artefact_sha256 = NEW.artefact_sha256 AND g.artefact_sha256 = NEW.artefact_sha256 AND v.dossier_hash = NEW.dossier_hash AND g.status = 'evaluated' AND d.owner_id <> NEW.released_by_id AND g.requested_by_id <> NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_needs_accepted_review() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = NEW.review_id FOR UPDATE; IF NOT EXISTS (SELECT 1 FROM reviews_review v JOIN generation_generationrun g ON g.id = v.run_id JOIN generation_dataset d ON d.id = g.dataset_id WHERE v.id = NEW.review_id AND v.status = 'accepted' AND v.run_id = NEW.run_id AND v.artefact_sha256 = NEW.artefact_sha256 AND g.artefact_sha256 = NEW.artefact_sha256 AND v.dossier_hash = NEW.dossier_hash AND g.status = 'evaluated' AND d.owner_id <> NEW.released_by_id AND g.requested_by_id <> NEW.released_by_id) THEN RAISE EXCEPTION 'a release needs an accepted review of the same bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_needs_accepted_review ON reviews_release",
            "CREATE TRIGGER release_needs_accepted_review BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_needs_accepted_review()",
        ],
    },
    "release_not_by_an_annotator": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_an_annotator",
            "CREATE TRIGGER release_not_by_an_annotator BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who judged a record of these bytes cannot release them') WHERE EXISTS (SELECT 1 FROM reviews_verdict v JOIN reviews_reviewrecord r ON r.id = v.record_id WHERE r.review_id = NEW.review_id AND v.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_an_annotator() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_verdict v JOIN reviews_reviewrecord r ON r.id = v.record_id WHERE r.review_id = NEW.review_id AND v.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who judged a record of these bytes cannot release them' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_an_annotator ON reviews_release",
            "CREATE TRIGGER release_not_by_an_annotator BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_an_annotator()",
        ],
    },
    "release_fixed": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_fixed",
            "CREATE TRIGGER release_fixed BEFORE UPDATE ON reviews_release BEGIN SELECT RAISE(ABORT, 'a release can only be withdrawn or expire') WHERE NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.dossier_hash <> OLD.dossier_hash OR NEW.run_id <> OLD.run_id OR NEW.review_id <> OLD.review_id OR NEW.released_by_id <> OLD.released_by_id OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.number <> OLD.number OR (OLD.status <> 'released' AND NEW.status <> OLD.status); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.dossier_hash <> OLD.dossier_hash OR NEW.run_id <> OLD.run_id OR NEW.review_id <> OLD.review_id OR NEW.released_by_id <> OLD.released_by_id OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.number <> OLD.number OR (OLD.status <> 'released' AND NEW.status <> OLD.status) THEN RAISE EXCEPTION 'a release can only be withdrawn or expire' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_fixed ON reviews_release",
            "CREATE TRIGGER release_fixed BEFORE UPDATE ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_fixed()",
        ],
    },
    "release_no_delete": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_no_delete",
            "CREATE TRIGGER release_no_delete BEFORE DELETE ON reviews_release BEGIN SELECT RAISE(ABORT, 'a release is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a release is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS release_no_delete ON reviews_release",
            "CREATE TRIGGER release_no_delete BEFORE DELETE ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_no_delete()",
        ],
    },
    "download_no_update": {
        "table": "reviews_download",
        "sqlite": [
            "DROP TRIGGER IF EXISTS download_no_update",
            "CREATE TRIGGER download_no_update BEFORE UPDATE ON reviews_download BEGIN SELECT RAISE(ABORT, 'downloads are append-only') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION download_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'downloads are append-only' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS download_no_update ON reviews_download",
            "CREATE TRIGGER download_no_update BEFORE UPDATE ON reviews_download FOR EACH ROW EXECUTE FUNCTION download_no_update()",
        ],
    },
    "download_no_delete": {
        "table": "reviews_download",
        "sqlite": [
            "DROP TRIGGER IF EXISTS download_no_delete",
            "CREATE TRIGGER download_no_delete BEFORE DELETE ON reviews_download BEGIN SELECT RAISE(ABORT, 'downloads are append-only') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION download_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'downloads are append-only' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS download_no_delete ON reviews_download",
            "CREATE TRIGGER download_no_delete BEFORE DELETE ON reviews_download FOR EACH ROW EXECUTE FUNCTION download_no_delete()",
        ],
    },
}

DESK = {
    "reviews_skip_frozen_insert": {
        "table": "reviews_skip",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_insert",
            "CREATE TRIGGER reviews_skip_frozen_insert BEFORE INSERT ON reviews_skip BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_skip_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = NEW.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_insert ON reviews_skip",
            "CREATE TRIGGER reviews_skip_frozen_insert BEFORE INSERT ON reviews_skip FOR EACH ROW EXECUTE FUNCTION reviews_skip_frozen_insert()",
        ],
    },
    "reviews_skip_frozen_update": {
        "table": "reviews_skip",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_update",
            "CREATE TRIGGER reviews_skip_frozen_update BEFORE UPDATE ON reviews_skip BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_skip_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_update ON reviews_skip",
            "CREATE TRIGGER reviews_skip_frozen_update BEFORE UPDATE ON reviews_skip FOR EACH ROW EXECUTE FUNCTION reviews_skip_frozen_update()",
        ],
    },
    "reviews_skip_frozen_delete": {
        "table": "reviews_skip",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_delete",
            "CREATE TRIGGER reviews_skip_frozen_delete BEFORE DELETE ON reviews_skip BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_skip_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS reviews_skip_frozen_delete ON reviews_skip",
            "CREATE TRIGGER reviews_skip_frozen_delete BEFORE DELETE ON reviews_skip FOR EACH ROW EXECUTE FUNCTION reviews_skip_frozen_delete()",
        ],
    },
    "reviews_secondlook_frozen_insert": {
        "table": "reviews_secondlook",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_insert",
            "CREATE TRIGGER reviews_secondlook_frozen_insert BEFORE INSERT ON reviews_secondlook BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_secondlook_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_insert ON reviews_secondlook",
            "CREATE TRIGGER reviews_secondlook_frozen_insert BEFORE INSERT ON reviews_secondlook FOR EACH ROW EXECUTE FUNCTION reviews_secondlook_frozen_insert()",
        ],
    },
    "reviews_secondlook_frozen_update": {
        "table": "reviews_secondlook",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_update",
            "CREATE TRIGGER reviews_secondlook_frozen_update BEFORE UPDATE ON reviews_secondlook BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_secondlook_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_update ON reviews_secondlook",
            "CREATE TRIGGER reviews_secondlook_frozen_update BEFORE UPDATE ON reviews_secondlook FOR EACH ROW EXECUTE FUNCTION reviews_secondlook_frozen_update()",
        ],
    },
    "reviews_secondlook_frozen_delete": {
        "table": "reviews_secondlook",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_delete",
            "CREATE TRIGGER reviews_secondlook_frozen_delete BEFORE DELETE ON reviews_secondlook BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_secondlook_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS reviews_secondlook_frozen_delete ON reviews_secondlook",
            "CREATE TRIGGER reviews_secondlook_frozen_delete BEFORE DELETE ON reviews_secondlook FOR EACH ROW EXECUTE FUNCTION reviews_secondlook_frozen_delete()",
        ],
    },
    "review_record_needed_fixed": {
        "table": "reviews_reviewrecord",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_record_needed_fixed",
            "CREATE TRIGGER review_record_needed_fixed BEFORE UPDATE ON reviews_reviewrecord BEGIN SELECT RAISE(ABORT, 'a sampled record is fixed') WHERE NEW.needed <> OLD.needed; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_record_needed_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.needed <> OLD.needed THEN RAISE EXCEPTION 'a sampled record is fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_record_needed_fixed ON reviews_reviewrecord",
            "CREATE TRIGGER review_record_needed_fixed BEFORE UPDATE ON reviews_reviewrecord FOR EACH ROW EXECUTE FUNCTION review_record_needed_fixed()",
        ],
    },
    "control_no_update": {
        "table": "reviews_control",
        "sqlite": [
            "DROP TRIGGER IF EXISTS control_no_update",
            "CREATE TRIGGER control_no_update BEFORE UPDATE ON reviews_control BEGIN SELECT RAISE(ABORT, 'a control is fixed') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION control_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a control is fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS control_no_update ON reviews_control",
            "CREATE TRIGGER control_no_update BEFORE UPDATE ON reviews_control FOR EACH ROW EXECUTE FUNCTION control_no_update()",
        ],
    },
    "control_no_delete": {
        "table": "reviews_control",
        "sqlite": [
            "DROP TRIGGER IF EXISTS control_no_delete",
            "CREATE TRIGGER control_no_delete BEFORE DELETE ON reviews_control BEGIN SELECT RAISE(ABORT, 'a control is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION control_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a control is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS control_no_delete ON reviews_control",
            "CREATE TRIGGER control_no_delete BEFORE DELETE ON reviews_control FOR EACH ROW EXECUTE FUNCTION control_no_delete()",
        ],
    },
    "tier_no_update": {
        "table": "reviews_tierversion",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tier_no_update",
            "CREATE TRIGGER tier_no_update BEFORE UPDATE ON reviews_tierversion BEGIN SELECT RAISE(ABORT, 'a version of a policy never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tier_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of a policy never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS tier_no_update ON reviews_tierversion",
            "CREATE TRIGGER tier_no_update BEFORE UPDATE ON reviews_tierversion FOR EACH ROW EXECUTE FUNCTION tier_no_update()",
        ],
    },
    "tier_no_delete": {
        "table": "reviews_tierversion",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tier_no_delete",
            "CREATE TRIGGER tier_no_delete BEFORE DELETE ON reviews_tierversion BEGIN SELECT RAISE(ABORT, 'a version of a policy is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tier_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of a policy is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS tier_no_delete ON reviews_tierversion",
            "CREATE TRIGGER tier_no_delete BEFORE DELETE ON reviews_tierversion FOR EACH ROW EXECUTE FUNCTION tier_no_delete()",
        ],
    },
}

REQUEUE = {
    "reviews_requeue_frozen_insert": {
        "table": "reviews_requeue",
        "sqlite": [
            "DROP TRIGGER IF EXISTS reviews_requeue_frozen_insert",
            "CREATE TRIGGER reviews_requeue_frozen_insert BEFORE INSERT ON reviews_requeue BEGIN SELECT RAISE(ABORT, 'the review is closed: its verdicts are frozen') WHERE NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION reviews_requeue_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) FOR SHARE; IF NOT EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = NEW.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'the review is closed: its verdicts are frozen' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS reviews_requeue_frozen_insert ON reviews_requeue",
            "CREATE TRIGGER reviews_requeue_frozen_insert BEFORE INSERT ON reviews_requeue FOR EACH ROW EXECUTE FUNCTION reviews_requeue_frozen_insert()",
        ],
    },
    "requeue_no_update": {
        "table": "reviews_requeue",
        "sqlite": [
            "DROP TRIGGER IF EXISTS requeue_no_update",
            "CREATE TRIGGER requeue_no_update BEFORE UPDATE ON reviews_requeue BEGIN SELECT RAISE(ABORT, 'the history of a verdict is never rewritten') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION requeue_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'the history of a verdict is never rewritten' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS requeue_no_update ON reviews_requeue",
            "CREATE TRIGGER requeue_no_update BEFORE UPDATE ON reviews_requeue FOR EACH ROW EXECUTE FUNCTION requeue_no_update()",
        ],
    },
    "requeue_no_delete": {
        "table": "reviews_requeue",
        "sqlite": [
            "DROP TRIGGER IF EXISTS requeue_no_delete",
            "CREATE TRIGGER requeue_no_delete BEFORE DELETE ON reviews_requeue BEGIN SELECT RAISE(ABORT, 'the history of a verdict is never rewritten') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION requeue_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'the history of a verdict is never rewritten' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS requeue_no_delete ON reviews_requeue",
            "CREATE TRIGGER requeue_no_delete BEFORE DELETE ON reviews_requeue FOR EACH ROW EXECUTE FUNCTION requeue_no_delete()",
        ],
    },
    "control_of_the_control_lane": {
        "table": "reviews_control",
        "sqlite": [
            "DROP TRIGGER IF EXISTS control_of_the_control_lane",
            "CREATE TRIGGER control_of_the_control_lane BEFORE INSERT ON reviews_control BEGIN SELECT RAISE(ABORT, 'only a record of the control lane hides a control') WHERE NOT EXISTS (SELECT 1 FROM reviews_reviewrecord WHERE id = NEW.record_id AND lane = 'control'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION control_of_the_control_lane() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NOT EXISTS (SELECT 1 FROM reviews_reviewrecord WHERE id = NEW.record_id AND lane = 'control') THEN RAISE EXCEPTION 'only a record of the control lane hides a control' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS control_of_the_control_lane ON reviews_control",
            "CREATE TRIGGER control_of_the_control_lane BEFORE INSERT ON reviews_control FOR EACH ROW EXECUTE FUNCTION control_of_the_control_lane()",
        ],
    },
}

DRAW = {
    "review_sample_drawn_first": {
        "table": "reviews_reviewrecord",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_sample_drawn_first",
            "CREATE TRIGGER review_sample_drawn_first BEFORE INSERT ON reviews_reviewrecord BEGIN SELECT RAISE(ABORT, 'the sample is drawn before the first verdict') WHERE EXISTS (SELECT 1 FROM reviews_tally WHERE review_id = NEW.review_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_sample_drawn_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_tally WHERE review_id = NEW.review_id) THEN RAISE EXCEPTION 'the sample is drawn before the first verdict' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_sample_drawn_first ON reviews_reviewrecord",
            "CREATE TRIGGER review_sample_drawn_first BEFORE INSERT ON reviews_reviewrecord FOR EACH ROW EXECUTE FUNCTION review_sample_drawn_first()",
        ],
    },
    "tally_no_delete": {
        "table": "reviews_tally",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tally_no_delete",
            "CREATE TRIGGER tally_no_delete BEFORE DELETE ON reviews_tally BEGIN SELECT RAISE(ABORT, 'the counters of a review are never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tally_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'the counters of a review are never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS tally_no_delete ON reviews_tally",
            "CREATE TRIGGER tally_no_delete BEFORE DELETE ON reviews_tally FOR EACH ROW EXECUTE FUNCTION tally_no_delete()",
        ],
    },
}

ACCESS = {
    "access_request_fixed": {
        "table": "reviews_accessrequest",
        "sqlite": [
            "DROP TRIGGER IF EXISTS access_request_fixed",
            "CREATE TRIGGER access_request_fixed BEFORE UPDATE ON reviews_accessrequest BEGIN SELECT RAISE(ABORT, 'what was asked, and a decision that was made, never change') WHERE NEW.release_id <> OLD.release_id OR NEW.person_id <> OLD.person_id OR NEW.purpose <> OLD.purpose OR (OLD.status <> 'asked' AND NOT (OLD.status = 'granted' AND NEW.status = 'revoked')); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION access_request_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.release_id <> OLD.release_id OR NEW.person_id <> OLD.person_id OR NEW.purpose <> OLD.purpose OR (OLD.status <> 'asked' AND NOT (OLD.status = 'granted' AND NEW.status = 'revoked')) THEN RAISE EXCEPTION 'what was asked, and a decision that was made, never change' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS access_request_fixed ON reviews_accessrequest",
            "CREATE TRIGGER access_request_fixed BEFORE UPDATE ON reviews_accessrequest FOR EACH ROW EXECUTE FUNCTION access_request_fixed()",
        ],
    },
    "access_request_no_delete": {
        "table": "reviews_accessrequest",
        "sqlite": [
            "DROP TRIGGER IF EXISTS access_request_no_delete",
            "CREATE TRIGGER access_request_no_delete BEFORE DELETE ON reviews_accessrequest BEGIN SELECT RAISE(ABORT, 'a request for access is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION access_request_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a request for access is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS access_request_no_delete ON reviews_accessrequest",
            "CREATE TRIGGER access_request_no_delete BEFORE DELETE ON reviews_accessrequest FOR EACH ROW EXECUTE FUNCTION access_request_no_delete()",
        ],
    },
    "report_fixed": {
        "table": "reviews_recordreport",
        "sqlite": [
            "DROP TRIGGER IF EXISTS report_fixed",
            "CREATE TRIGGER report_fixed BEFORE UPDATE ON reviews_recordreport BEGIN SELECT RAISE(ABORT, 'what was reported never changes, and is settled once') WHERE NEW.release_id <> OLD.release_id OR NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.words <> OLD.words OR NEW.by_id <> OLD.by_id OR OLD.status <> 'open'; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION report_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.release_id <> OLD.release_id OR NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.words <> OLD.words OR NEW.by_id <> OLD.by_id OR OLD.status <> 'open' THEN RAISE EXCEPTION 'what was reported never changes, and is settled once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS report_fixed ON reviews_recordreport",
            "CREATE TRIGGER report_fixed BEFORE UPDATE ON reviews_recordreport FOR EACH ROW EXECUTE FUNCTION report_fixed()",
        ],
    },
    "report_no_delete": {
        "table": "reviews_recordreport",
        "sqlite": [
            "DROP TRIGGER IF EXISTS report_no_delete",
            "CREATE TRIGGER report_no_delete BEFORE DELETE ON reviews_recordreport BEGIN SELECT RAISE(ABORT, 'a report is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION report_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a report is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS report_no_delete ON reviews_recordreport",
            "CREATE TRIGGER report_no_delete BEFORE DELETE ON reviews_recordreport FOR EACH ROW EXECUTE FUNCTION report_no_delete()",
        ],
    },
}

ATTESTATION = {
    "review_draw_fixed": {
        "table": "reviews_review",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_draw_fixed",
            "CREATE TRIGGER review_draw_fixed BEFORE UPDATE ON reviews_review BEGIN SELECT RAISE(ABORT, 'the sample of a review is fixed') WHERE NEW.draw <> OLD.draw; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_draw_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.draw <> OLD.draw THEN RAISE EXCEPTION 'the sample of a review is fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_draw_fixed ON reviews_review",
            "CREATE TRIGGER review_draw_fixed BEFORE UPDATE ON reviews_review FOR EACH ROW EXECUTE FUNCTION review_draw_fixed()",
        ],
    },
    "attestation_signed_once": {
        "table": "reviews_attestation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS attestation_signed_once",
            "CREATE TRIGGER attestation_signed_once BEFORE UPDATE ON reviews_attestation BEGIN SELECT RAISE(ABORT, 'what was signed never changes') WHERE OLD.envelope IS NOT NULL OR NEW.release_id <> OLD.release_id OR NEW.number <> OLD.number OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.test_share <> OLD.test_share; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION attestation_signed_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF OLD.envelope IS NOT NULL OR NEW.release_id <> OLD.release_id OR NEW.number <> OLD.number OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.test_share <> OLD.test_share THEN RAISE EXCEPTION 'what was signed never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS attestation_signed_once ON reviews_attestation",
            "CREATE TRIGGER attestation_signed_once BEFORE UPDATE ON reviews_attestation FOR EACH ROW EXECUTE FUNCTION attestation_signed_once()",
        ],
    },
    "attestation_no_delete": {
        "table": "reviews_attestation",
        "sqlite": [
            "DROP TRIGGER IF EXISTS attestation_no_delete",
            "CREATE TRIGGER attestation_no_delete BEFORE DELETE ON reviews_attestation BEGIN SELECT RAISE(ABORT, 'an attestation is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION attestation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'an attestation is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS attestation_no_delete ON reviews_attestation",
            "CREATE TRIGGER attestation_no_delete BEFORE DELETE ON reviews_attestation FOR EACH ROW EXECUTE FUNCTION attestation_no_delete()",
        ],
    },
    "public_key_fixed": {
        "table": "reviews_publickey",
        "sqlite": [
            "DROP TRIGGER IF EXISTS public_key_fixed",
            "CREATE TRIGGER public_key_fixed BEFORE UPDATE ON reviews_publickey BEGIN SELECT RAISE(ABORT, 'a key never changes, and is revoked for good') WHERE NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key OR NEW.valid_from <> OLD.valid_from OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION public_key_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key OR NEW.valid_from <> OLD.valid_from OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL) THEN RAISE EXCEPTION 'a key never changes, and is revoked for good' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS public_key_fixed ON reviews_publickey",
            "CREATE TRIGGER public_key_fixed BEFORE UPDATE ON reviews_publickey FOR EACH ROW EXECUTE FUNCTION public_key_fixed()",
        ],
    },
    "public_key_no_delete": {
        "table": "reviews_publickey",
        "sqlite": [
            "DROP TRIGGER IF EXISTS public_key_no_delete",
            "CREATE TRIGGER public_key_no_delete BEFORE DELETE ON reviews_publickey BEGIN SELECT RAISE(ABORT, 'a key is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION public_key_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a key is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS public_key_no_delete ON reviews_publickey",
            "CREATE TRIGGER public_key_no_delete BEFORE DELETE ON reviews_publickey FOR EACH ROW EXECUTE FUNCTION public_key_no_delete()",
        ],
    },
    "sent_no_update": {
        "table": "reviews_sent",
        "sqlite": [
            "DROP TRIGGER IF EXISTS sent_no_update",
            "CREATE TRIGGER sent_no_update BEFORE UPDATE ON reviews_sent BEGIN SELECT RAISE(ABORT, 'the end of a download never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION sent_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'the end of a download never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS sent_no_update ON reviews_sent",
            "CREATE TRIGGER sent_no_update BEFORE UPDATE ON reviews_sent FOR EACH ROW EXECUTE FUNCTION sent_no_update()",
        ],
    },
    "sent_no_delete": {
        "table": "reviews_sent",
        "sqlite": [
            "DROP TRIGGER IF EXISTS sent_no_delete",
            "CREATE TRIGGER sent_no_delete BEFORE DELETE ON reviews_sent BEGIN SELECT RAISE(ABORT, 'the end of a download is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION sent_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'the end of a download is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS sent_no_delete ON reviews_sent",
            "CREATE TRIGGER sent_no_delete BEFORE DELETE ON reviews_sent FOR EACH ROW EXECUTE FUNCTION sent_no_delete()",
        ],
    },
    "derived_no_update": {
        "table": "reviews_derived",
        "sqlite": [
            "DROP TRIGGER IF EXISTS derived_no_update",
            "CREATE TRIGGER derived_no_update BEFORE UPDATE ON reviews_derived BEGIN SELECT RAISE(ABORT, 'what was made from a release never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION derived_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what was made from a release never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS derived_no_update ON reviews_derived",
            "CREATE TRIGGER derived_no_update BEFORE UPDATE ON reviews_derived FOR EACH ROW EXECUTE FUNCTION derived_no_update()",
        ],
    },
    "derived_no_delete": {
        "table": "reviews_derived",
        "sqlite": [
            "DROP TRIGGER IF EXISTS derived_no_delete",
            "CREATE TRIGGER derived_no_delete BEFORE DELETE ON reviews_derived BEGIN SELECT RAISE(ABORT, 'what was made from a release is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION derived_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'what was made from a release is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS derived_no_delete ON reviews_derived",
            "CREATE TRIGGER derived_no_delete BEFORE DELETE ON reviews_derived FOR EACH ROW EXECUTE FUNCTION derived_no_delete()",
        ],
    },
}

SIGNING = {
    "release_not_by_who_wrote_an_exception": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_an_exception",
            "CREATE TRIGGER release_not_by_who_wrote_an_exception BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who let a direct identifier stay cannot release what was made from it') WHERE EXISTS (SELECT 1 FROM generation_writtenexception e JOIN generation_generationrun g ON g.dataset_id = e.dataset_id WHERE g.id = NEW.run_id AND e.by_id = NEW.released_by_id AND e.is_granted); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_wrote_an_exception() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_writtenexception e JOIN generation_generationrun g ON g.dataset_id = e.dataset_id WHERE g.id = NEW.run_id AND e.by_id = NEW.released_by_id AND e.is_granted) THEN RAISE EXCEPTION 'who let a direct identifier stay cannot release what was made from it' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_an_exception ON reviews_release",
            "CREATE TRIGGER release_not_by_who_wrote_an_exception BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_wrote_an_exception()",
        ],
    },
}

EVIDENCE = {
    "verdict_fixed": {
        "table": "reviews_verdict",
        "sqlite": [
            "DROP TRIGGER IF EXISTS verdict_fixed",
            "CREATE TRIGGER verdict_fixed BEFORE UPDATE ON reviews_verdict BEGIN SELECT RAISE(ABORT, 'a verdict never changes: it is taken back once') WHERE (NEW.record_id <> OLD.record_id OR NEW.by_id <> OLD.by_id OR NEW.decision <> OLD.decision OR NEW.reasons <> OLD.reasons OR NEW.fields <> OLD.fields OR NEW.note <> OLD.note OR NEW.seconds <> OLD.seconds OR OLD.undone_at IS NOT NULL) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION verdict_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF (NEW.record_id <> OLD.record_id OR NEW.by_id <> OLD.by_id OR NEW.decision <> OLD.decision OR NEW.reasons <> OLD.reasons OR NEW.fields <> OLD.fields OR NEW.note <> OLD.note OR NEW.seconds <> OLD.seconds OR OLD.undone_at IS NOT NULL) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'a verdict never changes: it is taken back once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS verdict_fixed ON reviews_verdict",
            "CREATE TRIGGER verdict_fixed BEFORE UPDATE ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION verdict_fixed()",
        ],
    },
    "skip_fixed": {
        "table": "reviews_skip",
        "sqlite": [
            "DROP TRIGGER IF EXISTS skip_fixed",
            "CREATE TRIGGER skip_fixed BEFORE UPDATE ON reviews_skip BEGIN SELECT RAISE(ABORT, 'a skip never changes: it is taken back once') WHERE (NEW.record_id <> OLD.record_id OR NEW.by_id <> OLD.by_id OR NEW.reason <> OLD.reason OR NEW.note <> OLD.note OR OLD.undone_at IS NOT NULL) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION skip_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF (NEW.record_id <> OLD.record_id OR NEW.by_id <> OLD.by_id OR NEW.reason <> OLD.reason OR NEW.note <> OLD.note OR OLD.undone_at IS NOT NULL) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT review_id FROM reviews_reviewrecord WHERE id = OLD.record_id) AND status = 'open') THEN RAISE EXCEPTION 'a skip never changes: it is taken back once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS skip_fixed ON reviews_skip",
            "CREATE TRIGGER skip_fixed BEFORE UPDATE ON reviews_skip FOR EACH ROW EXECUTE FUNCTION skip_fixed()",
        ],
    },
    "adjudication_fixed": {
        "table": "reviews_adjudication",
        "sqlite": [
            "DROP TRIGGER IF EXISTS adjudication_fixed",
            "CREATE TRIGGER adjudication_fixed BEFORE UPDATE ON reviews_adjudication BEGIN SELECT RAISE(ABORT, 'what was settled never changes') WHERE (TRUE) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION adjudication_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF (TRUE) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'what was settled never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS adjudication_fixed ON reviews_adjudication",
            "CREATE TRIGGER adjudication_fixed BEFORE UPDATE ON reviews_adjudication FOR EACH ROW EXECUTE FUNCTION adjudication_fixed()",
        ],
    },
    "second_look_fixed": {
        "table": "reviews_secondlook",
        "sqlite": [
            "DROP TRIGGER IF EXISTS second_look_fixed",
            "CREATE TRIGGER second_look_fixed BEFORE UPDATE ON reviews_secondlook BEGIN SELECT RAISE(ABORT, 'a second look never changes') WHERE (TRUE) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION second_look_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF (TRUE) AND EXISTS (SELECT 1 FROM reviews_review WHERE id = (SELECT r.review_id FROM reviews_reviewrecord r JOIN reviews_verdict v ON v.record_id = r.id WHERE v.id = OLD.verdict_id) AND status = 'open') THEN RAISE EXCEPTION 'a second look never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS second_look_fixed ON reviews_secondlook",
            "CREATE TRIGGER second_look_fixed BEFORE UPDATE ON reviews_secondlook FOR EACH ROW EXECUTE FUNCTION second_look_fixed()",
        ],
    },
    "review_policy_fixed": {
        "table": "reviews_review",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_policy_fixed",
            "CREATE TRIGGER review_policy_fixed BEFORE UPDATE ON reviews_review BEGIN SELECT RAISE(ABORT, 'policy and plan of a review are fixed') WHERE NEW.policy <> OLD.policy OR NEW.plan <> OLD.plan; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_policy_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.policy <> OLD.policy OR NEW.plan <> OLD.plan THEN RAISE EXCEPTION 'policy and plan of a review are fixed' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_policy_fixed ON reviews_review",
            "CREATE TRIGGER review_policy_fixed BEFORE UPDATE ON reviews_review FOR EACH ROW EXECUTE FUNCTION review_policy_fixed()",
        ],
    },
    "pause_fixed": {
        "table": "reviews_pause",
        "sqlite": [
            "DROP TRIGGER IF EXISTS pause_fixed",
            "CREATE TRIGGER pause_fixed BEFORE UPDATE ON reviews_pause BEGIN SELECT RAISE(ABORT, 'a pause never changes, and is lifted once') WHERE NEW.review_id <> OLD.review_id OR NEW.person_id <> OLD.person_id OR NEW.found <> OLD.found OR NEW.judged <> OLD.judged OR OLD.lifted_at IS NOT NULL; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION pause_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.review_id <> OLD.review_id OR NEW.person_id <> OLD.person_id OR NEW.found <> OLD.found OR NEW.judged <> OLD.judged OR OLD.lifted_at IS NOT NULL THEN RAISE EXCEPTION 'a pause never changes, and is lifted once' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS pause_fixed ON reviews_pause",
            "CREATE TRIGGER pause_fixed BEFORE UPDATE ON reviews_pause FOR EACH ROW EXECUTE FUNCTION pause_fixed()",
        ],
    },
    "pause_no_delete": {
        "table": "reviews_pause",
        "sqlite": [
            "DROP TRIGGER IF EXISTS pause_no_delete",
            "CREATE TRIGGER pause_no_delete BEFORE DELETE ON reviews_pause BEGIN SELECT RAISE(ABORT, 'a pause is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION pause_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a pause is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS pause_no_delete ON reviews_pause",
            "CREATE TRIGGER pause_no_delete BEFORE DELETE ON reviews_pause FOR EACH ROW EXECUTE FUNCTION pause_no_delete()",
        ],
    },
    "waiver_no_update": {
        "table": "reviews_waiver",
        "sqlite": [
            "DROP TRIGGER IF EXISTS waiver_no_update",
            "CREATE TRIGGER waiver_no_update BEFORE UPDATE ON reviews_waiver BEGIN SELECT RAISE(ABORT, 'a waiver never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION waiver_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a waiver never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS waiver_no_update ON reviews_waiver",
            "CREATE TRIGGER waiver_no_update BEFORE UPDATE ON reviews_waiver FOR EACH ROW EXECUTE FUNCTION waiver_no_update()",
        ],
    },
    "waiver_no_delete": {
        "table": "reviews_waiver",
        "sqlite": [
            "DROP TRIGGER IF EXISTS waiver_no_delete",
            "CREATE TRIGGER waiver_no_delete BEFORE DELETE ON reviews_waiver BEGIN SELECT RAISE(ABORT, 'a waiver is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION waiver_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a waiver is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS waiver_no_delete ON reviews_waiver",
            "CREATE TRIGGER waiver_no_delete BEFORE DELETE ON reviews_waiver FOR EACH ROW EXECUTE FUNCTION waiver_no_delete()",
        ],
    },
    "releasedfile_no_update": {
        "table": "reviews_releasedfile",
        "sqlite": [
            "DROP TRIGGER IF EXISTS releasedfile_no_update",
            "CREATE TRIGGER releasedfile_no_update BEFORE UPDATE ON reviews_releasedfile BEGIN SELECT RAISE(ABORT, 'a released file never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION releasedfile_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a released file never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS releasedfile_no_update ON reviews_releasedfile",
            "CREATE TRIGGER releasedfile_no_update BEFORE UPDATE ON reviews_releasedfile FOR EACH ROW EXECUTE FUNCTION releasedfile_no_update()",
        ],
    },
    "releasedfile_no_delete": {
        "table": "reviews_releasedfile",
        "sqlite": [
            "DROP TRIGGER IF EXISTS releasedfile_no_delete",
            "CREATE TRIGGER releasedfile_no_delete BEFORE DELETE ON reviews_releasedfile BEGIN SELECT RAISE(ABORT, 'a released file is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION releasedfile_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a released file is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS releasedfile_no_delete ON reviews_releasedfile",
            "CREATE TRIGGER releasedfile_no_delete BEFORE DELETE ON reviews_releasedfile FOR EACH ROW EXECUTE FUNCTION releasedfile_no_delete()",
        ],
    },
}

SECOND_PERSON = {
    "release_not_by_who_settled_a_flag": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_settled_a_flag",
            "CREATE TRIGGER release_not_by_who_settled_a_flag BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who settled a flag of these bytes cannot release them') WHERE EXISTS (SELECT 1 FROM reviews_adjudication a JOIN reviews_verdict v ON v.id = a.verdict_id JOIN reviews_reviewrecord r ON r.id = v.record_id WHERE r.review_id = NEW.review_id AND a.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_settled_a_flag() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_adjudication a JOIN reviews_verdict v ON v.id = a.verdict_id JOIN reviews_reviewrecord r ON r.id = v.record_id WHERE r.review_id = NEW.review_id AND a.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who settled a flag of these bytes cannot release them' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_settled_a_flag ON reviews_release",
            "CREATE TRIGGER release_not_by_who_settled_a_flag BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_settled_a_flag()",
        ],
    },
    "release_not_by_who_lifted_a_pause": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_lifted_a_pause",
            "CREATE TRIGGER release_not_by_who_lifted_a_pause BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who lifted a pause in this review cannot release its bytes') WHERE EXISTS (SELECT 1 FROM reviews_pause WHERE review_id = NEW.review_id AND lifted_by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_lifted_a_pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_pause WHERE review_id = NEW.review_id AND lifted_by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who lifted a pause in this review cannot release its bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_lifted_a_pause ON reviews_release",
            "CREATE TRIGGER release_not_by_who_lifted_a_pause BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_lifted_a_pause()",
        ],
    },
    "release_not_by_who_waived": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_waived",
            "CREATE TRIGGER release_not_by_who_waived BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who waived a condition cannot release these bytes') WHERE EXISTS (SELECT 1 FROM reviews_waiver WHERE run_id = NEW.run_id AND by_id = NEW.released_by_id AND evaluation_digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_waived() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_waiver WHERE run_id = NEW.run_id AND by_id = NEW.released_by_id AND evaluation_digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1)) THEN RAISE EXCEPTION 'who waived a condition cannot release these bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_waived ON reviews_release",
            "CREATE TRIGGER release_not_by_who_waived BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_waived()",
        ],
    },
    "release_not_by_who_wrote_the_policy": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_policy",
            "CREATE TRIGGER release_not_by_who_wrote_the_policy BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who wrote the policy of this review cannot release its bytes') WHERE EXISTS (SELECT 1 FROM reviews_review v JOIN reviews_tierversion t ON t.tier = v.policy->>'name' AND t.version = CAST(v.policy->>'version' AS INTEGER) WHERE v.id = NEW.review_id AND t.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_wrote_the_policy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_review v JOIN reviews_tierversion t ON t.tier = v.policy->>'name' AND t.version = CAST(v.policy->>'version' AS INTEGER) WHERE v.id = NEW.review_id AND t.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who wrote the policy of this review cannot release its bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_policy ON reviews_release",
            "CREATE TRIGGER release_not_by_who_wrote_the_policy BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_wrote_the_policy()",
        ],
    },
    "release_not_by_who_wrote_the_limits": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_limits",
            "CREATE TRIGGER release_not_by_who_wrote_the_limits BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who wrote the limits of this evidence cannot release its bytes') WHERE EXISTS (SELECT 1 FROM generation_limits l JOIN generation_evaluation e ON e.digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1) AND e.run_id = NEW.run_id AND substr(e.policy_version, 1, length((l.purpose || ' ' || l.version || ' ('))) = (l.purpose || ' ' || l.version || ' (') WHERE l.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_wrote_the_limits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_limits l JOIN generation_evaluation e ON e.digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1) AND e.run_id = NEW.run_id AND substr(e.policy_version, 1, length((l.purpose || ' ' || l.version || ' ('))) = (l.purpose || ' ' || l.version || ' (') WHERE l.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who wrote the limits of this evidence cannot release its bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_limits ON reviews_release",
            "CREATE TRIGGER release_not_by_who_wrote_the_limits BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_wrote_the_limits()",
        ],
    },
    "release_by_a_policy_that_holds": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_by_a_policy_that_holds",
            "CREATE TRIGGER release_by_a_policy_that_holds BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'the policy of this review was confirmed by no second steward') WHERE EXISTS (SELECT 1 FROM reviews_review v WHERE v.id = NEW.review_id AND CAST(v.policy->>'version' AS INTEGER) > 1 AND NOT EXISTS (SELECT 1 FROM reviews_tierversion t JOIN reviews_tierdecision d ON d.version_id = t.id WHERE t.tier = v.policy->>'name' AND t.version = CAST(v.policy->>'version' AS INTEGER) AND d.holds)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_by_a_policy_that_holds() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_review v WHERE v.id = NEW.review_id AND CAST(v.policy->>'version' AS INTEGER) > 1 AND NOT EXISTS (SELECT 1 FROM reviews_tierversion t JOIN reviews_tierdecision d ON d.version_id = t.id WHERE t.tier = v.policy->>'name' AND t.version = CAST(v.policy->>'version' AS INTEGER) AND d.holds)) THEN RAISE EXCEPTION 'the policy of this review was confirmed by no second steward' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_by_a_policy_that_holds ON reviews_release",
            "CREATE TRIGGER release_by_a_policy_that_holds BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_by_a_policy_that_holds()",
        ],
    },
    "release_by_limits_that_hold": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_by_limits_that_hold",
            "CREATE TRIGGER release_by_limits_that_hold BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'the limits of this evidence were confirmed by no second steward') WHERE EXISTS (SELECT 1 FROM generation_limits l JOIN generation_evaluation e ON e.digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1) AND e.run_id = NEW.run_id AND substr(e.policy_version, 1, length((l.purpose || ' ' || l.version || ' ('))) = (l.purpose || ' ' || l.version || ' (') WHERE NOT EXISTS (SELECT 1 FROM generation_limitsdecision d WHERE d.version_id = l.id AND d.holds)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_by_limits_that_hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_limits l JOIN generation_evaluation e ON e.digest = (SELECT digest FROM generation_evaluation WHERE run_id = NEW.run_id ORDER BY number DESC LIMIT 1) AND e.run_id = NEW.run_id AND substr(e.policy_version, 1, length((l.purpose || ' ' || l.version || ' ('))) = (l.purpose || ' ' || l.version || ' (') WHERE NOT EXISTS (SELECT 1 FROM generation_limitsdecision d WHERE d.version_id = l.id AND d.holds)) THEN RAISE EXCEPTION 'the limits of this evidence were confirmed by no second steward' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_by_limits_that_hold ON reviews_release",
            "CREATE TRIGGER release_by_limits_that_hold BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_by_limits_that_hold()",
        ],
    },
    "tier_decision_by_a_second_steward": {
        "table": "reviews_tierdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tier_decision_by_a_second_steward",
            "CREATE TRIGGER tier_decision_by_a_second_steward BEFORE INSERT ON reviews_tierdecision BEGIN SELECT RAISE(ABORT, 'a policy is confirmed by a second steward, not by its author') WHERE NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM reviews_tierversion WHERE id = NEW.version_id AND by_id = NEW.by_id)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tier_decision_by_a_second_steward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.by_id IS NULL OR (NEW.holds AND EXISTS (SELECT 1 FROM reviews_tierversion WHERE id = NEW.version_id AND by_id = NEW.by_id)) THEN RAISE EXCEPTION 'a policy is confirmed by a second steward, not by its author' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS tier_decision_by_a_second_steward ON reviews_tierdecision",
            "CREATE TRIGGER tier_decision_by_a_second_steward BEFORE INSERT ON reviews_tierdecision FOR EACH ROW EXECUTE FUNCTION tier_decision_by_a_second_steward()",
        ],
    },
    "tier_decision_no_update": {
        "table": "reviews_tierdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tier_decision_no_update",
            "CREATE TRIGGER tier_decision_no_update BEFORE UPDATE ON reviews_tierdecision BEGIN SELECT RAISE(ABORT, 'a decision about a policy never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tier_decision_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about a policy never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS tier_decision_no_update ON reviews_tierdecision",
            "CREATE TRIGGER tier_decision_no_update BEFORE UPDATE ON reviews_tierdecision FOR EACH ROW EXECUTE FUNCTION tier_decision_no_update()",
        ],
    },
    "tier_decision_no_delete": {
        "table": "reviews_tierdecision",
        "sqlite": [
            "DROP TRIGGER IF EXISTS tier_decision_no_delete",
            "CREATE TRIGGER tier_decision_no_delete BEFORE DELETE ON reviews_tierdecision BEGIN SELECT RAISE(ABORT, 'a decision about a policy is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION tier_decision_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a decision about a policy is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS tier_decision_no_delete ON reviews_tierdecision",
            "CREATE TRIGGER tier_decision_no_delete BEFORE DELETE ON reviews_tierdecision FOR EACH ROW EXECUTE FUNCTION tier_decision_no_delete()",
        ],
    },
    "pause_lifted_once": {
        "table": "reviews_pause",
        "sqlite": [
            "DROP TRIGGER IF EXISTS pause_lifted_once",
            "CREATE TRIGGER pause_lifted_once BEFORE UPDATE ON reviews_pause BEGIN SELECT RAISE(ABORT, 'a pause is lifted once, and by somebody else') WHERE NEW.review_id <> OLD.review_id OR NEW.person_id <> OLD.person_id OR NEW.found <> OLD.found OR NEW.judged <> OLD.judged OR OLD.lifted_at IS NOT NULL OR NEW.lifted_by_id = OLD.person_id; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION pause_lifted_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.review_id <> OLD.review_id OR NEW.person_id <> OLD.person_id OR NEW.found <> OLD.found OR NEW.judged <> OLD.judged OR OLD.lifted_at IS NOT NULL OR NEW.lifted_by_id = OLD.person_id THEN RAISE EXCEPTION 'a pause is lifted once, and by somebody else' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS pause_lifted_once ON reviews_pause",
            "CREATE TRIGGER pause_lifted_once BEFORE UPDATE ON reviews_pause FOR EACH ROW EXECUTE FUNCTION pause_lifted_once()",
        ],
    },
}

EDIT = {
    "edit_no_update": {
        "table": "reviews_edit",
        "sqlite": [
            "DROP TRIGGER IF EXISTS edit_no_update",
            "CREATE TRIGGER edit_no_update BEFORE UPDATE ON reviews_edit BEGIN SELECT RAISE(ABORT, 'an edit never changes: a newer one counts') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION edit_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'an edit never changes: a newer one counts' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS edit_no_update ON reviews_edit",
            "CREATE TRIGGER edit_no_update BEFORE UPDATE ON reviews_edit FOR EACH ROW EXECUTE FUNCTION edit_no_update()",
        ],
    },
    "edit_no_delete": {
        "table": "reviews_edit",
        "sqlite": [
            "DROP TRIGGER IF EXISTS edit_no_delete",
            "CREATE TRIGGER edit_no_delete BEFORE DELETE ON reviews_edit BEGIN SELECT RAISE(ABORT, 'an edit is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION edit_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'an edit is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS edit_no_delete ON reviews_edit",
            "CREATE TRIGGER edit_no_delete BEFORE DELETE ON reviews_edit FOR EACH ROW EXECUTE FUNCTION edit_no_delete()",
        ],
    },
    "release_not_by_who_edited": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_edited",
            "CREATE TRIGGER release_not_by_who_edited BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who edited a text of these pairs cannot release them') WHERE EXISTS (SELECT 1 FROM reviews_edit e JOIN reviews_reviewrecord r ON r.id = e.record_id JOIN reviews_review v ON v.id = r.review_id JOIN generation_pairsource p ON p.run_id = v.run_id JOIN generation_generationrun n ON n.dataset_id = p.dataset_id WHERE n.id = NEW.run_id AND e.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_edited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM reviews_edit e JOIN reviews_reviewrecord r ON r.id = e.record_id JOIN reviews_review v ON v.id = r.review_id JOIN generation_pairsource p ON p.run_id = v.run_id JOIN generation_generationrun n ON n.dataset_id = p.dataset_id WHERE n.id = NEW.run_id AND e.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who edited a text of these pairs cannot release them' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_edited ON reviews_release",
            "CREATE TRIGGER release_not_by_who_edited BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_edited()",
        ],
    },
}

GUIDELINES = {
    "guidelines_no_update": {
        "table": "reviews_guidelines",
        "sqlite": [
            "DROP TRIGGER IF EXISTS guidelines_no_update",
            "CREATE TRIGGER guidelines_no_update BEFORE UPDATE ON reviews_guidelines BEGIN SELECT RAISE(ABORT, 'a version of guidelines never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION guidelines_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of guidelines never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS guidelines_no_update ON reviews_guidelines",
            "CREATE TRIGGER guidelines_no_update BEFORE UPDATE ON reviews_guidelines FOR EACH ROW EXECUTE FUNCTION guidelines_no_update()",
        ],
    },
    "guidelines_no_delete": {
        "table": "reviews_guidelines",
        "sqlite": [
            "DROP TRIGGER IF EXISTS guidelines_no_delete",
            "CREATE TRIGGER guidelines_no_delete BEFORE DELETE ON reviews_guidelines BEGIN SELECT RAISE(ABORT, 'a version of guidelines is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION guidelines_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a version of guidelines is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS guidelines_no_delete ON reviews_guidelines",
            "CREATE TRIGGER guidelines_no_delete BEFORE DELETE ON reviews_guidelines FOR EACH ROW EXECUTE FUNCTION guidelines_no_delete()",
        ],
    },
}

SHARED = {
    "release_not_by_a_co_owner": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_a_co_owner",
            "CREATE TRIGGER release_not_by_a_co_owner BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who owned the dataset with others cannot release it') WHERE EXISTS (SELECT 1 FROM generation_coowner c JOIN generation_generationrun n ON n.dataset_id = c.dataset_id WHERE n.id = NEW.run_id AND c.person_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_a_co_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_coowner c JOIN generation_generationrun n ON n.dataset_id = c.dataset_id WHERE n.id = NEW.run_id AND c.person_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who owned the dataset with others cannot release it' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_a_co_owner ON reviews_release",
            "CREATE TRIGGER release_not_by_a_co_owner BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_a_co_owner()",
        ],
    },
}

RELEASE_AS_SIGNED = {
    "release_fixed": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_fixed",
            "CREATE TRIGGER release_fixed BEFORE UPDATE ON reviews_release BEGIN SELECT RAISE(ABORT, 'a release can only be withdrawn or expire') WHERE NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.dossier_hash <> OLD.dossier_hash OR NEW.run_id <> OLD.run_id OR NEW.review_id <> OLD.review_id OR NEW.released_by_id <> OLD.released_by_id OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.number <> OLD.number OR NEW.claim <> OLD.claim OR NEW.certificate <> OLD.certificate OR NEW.card <> OLD.card OR (OLD.status <> 'released' AND (NEW.status <> OLD.status OR NEW.withdrawn_reason <> OLD.withdrawn_reason)); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.artefact_sha256 <> OLD.artefact_sha256 OR NEW.dossier_hash <> OLD.dossier_hash OR NEW.run_id <> OLD.run_id OR NEW.review_id <> OLD.review_id OR NEW.released_by_id <> OLD.released_by_id OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.number <> OLD.number OR NEW.claim <> OLD.claim OR NEW.certificate <> OLD.certificate OR NEW.card <> OLD.card OR (OLD.status <> 'released' AND (NEW.status <> OLD.status OR NEW.withdrawn_reason <> OLD.withdrawn_reason)) THEN RAISE EXCEPTION 'a release can only be withdrawn or expire' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_fixed ON reviews_release",
            "CREATE TRIGGER release_fixed BEFORE UPDATE ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_fixed()",
        ],
    },
}

ATTEMPT = {
    "review_closed_for_good": {
        "table": "reviews_review",
        "sqlite": [
            "DROP TRIGGER IF EXISTS review_closed_for_good",
            "CREATE TRIGGER review_closed_for_good BEFORE UPDATE ON reviews_review BEGIN SELECT RAISE(ABORT, 'a review that is closed is never opened again') WHERE NEW.status <> OLD.status AND OLD.status <> 'open' AND NOT (OLD.status = 'accepted' AND NEW.status = 'released'); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION review_closed_for_good() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF NEW.status <> OLD.status AND OLD.status <> 'open' AND NOT (OLD.status = 'accepted' AND NEW.status = 'released') THEN RAISE EXCEPTION 'a review that is closed is never opened again' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS review_closed_for_good ON reviews_review",
            "CREATE TRIGGER review_closed_for_good BEFORE UPDATE ON reviews_review FOR EACH ROW EXECUTE FUNCTION review_closed_for_good()",
        ],
    },
}

SIGNED_FILE = {
    "signedfile_no_update": {
        "table": "reviews_signedfile",
        "sqlite": [
            "DROP TRIGGER IF EXISTS signedfile_no_update",
            "CREATE TRIGGER signedfile_no_update BEFORE UPDATE ON reviews_signedfile BEGIN SELECT RAISE(ABORT, 'a signed file never changes') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION signedfile_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a signed file never changes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS signedfile_no_update ON reviews_signedfile",
            "CREATE TRIGGER signedfile_no_update BEFORE UPDATE ON reviews_signedfile FOR EACH ROW EXECUTE FUNCTION signedfile_no_update()",
        ],
    },
    "signedfile_no_delete": {
        "table": "reviews_signedfile",
        "sqlite": [
            "DROP TRIGGER IF EXISTS signedfile_no_delete",
            "CREATE TRIGGER signedfile_no_delete BEFORE DELETE ON reviews_signedfile BEGIN SELECT RAISE(ABORT, 'a signed file is never deleted') WHERE TRUE; END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION signedfile_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF TRUE THEN RAISE EXCEPTION 'a signed file is never deleted' USING ERRCODE = '23514'; END IF; RETURN OLD; END $$",
            "DROP TRIGGER IF EXISTS signedfile_no_delete ON reviews_signedfile",
            "CREATE TRIGGER signedfile_no_delete BEFORE DELETE ON reviews_signedfile FOR EACH ROW EXECUTE FUNCTION signedfile_no_delete()",
        ],
    },
}

PRIVACY_LIMIT = {
    "release_not_by_who_wrote_the_privacy_limit": {
        "table": "reviews_release",
        "sqlite": [
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_privacy_limit",
            "CREATE TRIGGER release_not_by_who_wrote_the_privacy_limit BEFORE INSERT ON reviews_release BEGIN SELECT RAISE(ABORT, 'who wrote the privacy limit that this run was asked under cannot release its bytes') WHERE EXISTS (SELECT 1 FROM generation_privacyspend s JOIN generation_privacylimit l ON l.source = s.source AND l.epsilon = s.\"limit\" JOIN generation_privacylimitdecision d ON d.version_id = l.id AND d.holds WHERE s.run_id = NEW.run_id AND l.by_id = NEW.released_by_id); END",
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION release_not_by_who_wrote_the_privacy_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN  IF EXISTS (SELECT 1 FROM generation_privacyspend s JOIN generation_privacylimit l ON l.source = s.source AND l.epsilon = s.\"limit\" JOIN generation_privacylimitdecision d ON d.version_id = l.id AND d.holds WHERE s.run_id = NEW.run_id AND l.by_id = NEW.released_by_id) THEN RAISE EXCEPTION 'who wrote the privacy limit that this run was asked under cannot release its bytes' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
            "DROP TRIGGER IF EXISTS release_not_by_who_wrote_the_privacy_limit ON reviews_release",
            "CREATE TRIGGER release_not_by_who_wrote_the_privacy_limit BEFORE INSERT ON reviews_release FOR EACH ROW EXECUTE FUNCTION release_not_by_who_wrote_the_privacy_limit()",
        ],
    },
}
