"""The words of the portal: one concept, one word, in code, page and document.

The reference page and the hover text of pages print them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A term, what it means in one sentence, and the page of docs/ that tells more."""

    term: str
    meaning: str
    page: str


ACCEPTANCE, EVALUATION = "explanation/acceptance-sampling.md", "explanation/evaluation.md"
PRIVATE, DOOR, VAULT = (
    "explanation/differential-privacy.md",
    "explanation/one-door-out.md",
    "explanation/vault-and-keys.md",
)
ASKING, RULES, DESK = "how-to/ask-for-exactly-what-you-need.md", "how-to/declare-rules.md", "how-to/review-records.md"
CALIBRATING, CHOOSING, JOBS = "how-to/check-the-checks.md", "how-to/compare-synthesizers.md", "reference/jobs.md"
POLICIES, METRICS, SYNTHESIZERS = "how-to/change-a-policy.md", "reference/metrics.md", "reference/synthesizers.md"
WEIGHING = "explanation/technologies.md"
ROLES, CERTIFICATE, TUTORIAL = "reference/roles.md", "how-to/releases/verify-a-release.md", "tutorial.md"

WORDS = (
    Word("adjudication", "A second person settles a flag: a leak, or none.", ACCEPTANCE),
    Word("annotator", "Who judges sampled records at the desk.", ROLES),
    Word("AQL", "The leak rate that a plan nearly always lets pass.", ACCEPTANCE),
    Word("artefact", "The synthetic file that one run made, named by its SHA-256.", DOOR),
    Word("attack", "An attempt to learn about single people, to measure how often it succeeds.", EVALUATION),
    Word("attestation", "The signature over every file of a release, with what was claimed of them.", CERTIFICATE),
    Word("audit trail", "Every act and refusal, each chained by a hash to the one before it.", VAULT),
    Word("auditor", "Who may read plans, evidence, reviews, releases and the trail, and change nothing.", ROLES),
    Word("bake-off", "Runs of several synthesizers on one dataset; one of them is taken to review.", CHOOSING),
    Word("balance", "Shares of a column's values that the artefact shall have.", ASKING),
    Word("baseline", "What a check finds where nothing can have leaked, to compare with.", EVALUATION),
    Word("bound", "The leak rate that is exceeded with at most the chance that the plan allows.", ACCEPTANCE),
    Word("budget", "How much epsilon the runs on one source may take together.", PRIVATE),
    Word(
        "bundle", "A release as one zip: records, documents, attestation and the program that checks it.", CERTIFICATE
    ),
    Word("calibration", "A null run, a planted-leak run or a shadow audit.", CALIBRATING),
    Word(
        "carry-over",
        "What the artefact repeats of training records beyond what it shares with the holdout.",
        EVALUATION,
    ),
    Word("ceiling", "What a check finds on real records, the most that can be expected.", EVALUATION),
    Word(
        "certificate",
        "The signed statement of what a release is and what was shown; anybody can verify it.",
        CERTIFICATE,
    ),
    Word("claim", "The sentence that the review allows one to say about the whole file.", ACCEPTANCE),
    Word("composition", "What the artefact shall be composed of: conditions, balance and shifts.", ASKING),
    Word("condition", "Of a run: records of one kind that it shall hold; of the gate: what a release needs.", ASKING),
    Word("confidence", "How often a claim made in this way is true.", ACCEPTANCE),
    Word("control", "A fabricated record in the queue that shows what reviewers find and miss.", ACCEPTANCE),
    Word("data card", "What a reader of a release should know: purpose, origin, evidence, limits.", CERTIFICATE),
    Word("dataset", "A source table with its purpose, as its owner gave it.", TUTORIAL),
    Word("DCR", "Distance to the closest real record; shown and never decisive.", METRICS),
    Word("delta", "The small chance with which the guarantee of epsilon may not hold.", PRIVATE),
    Word("desk", "The page where annotators judge one record after the other.", DESK),
    Word("direct identifier", "A column that names or numbers one person by itself.", TUTORIAL),
    Word("dossier", "Artefact, evaluation, verdicts and policies together; its hash is what a steward signs.", DOOR),
    Word("epsilon", "How much one record may change what comes out, at most; smaller is more private.", PRIVATE),
    Word("evidence", "The newest evaluation of a run: every check with its value, interval and verdict.", EVALUATION),
    Word("export", "The sending of released bytes to a person, hashed again and recorded.", DOOR),
    Word("false alarm", "A check that alarms on real records, where nothing has leaked.", CALIBRATING),
    Word("fidelity", "How like the synthetic table is to the real one.", EVALUATION),
    Word("flag", "An annotator's verdict of leakage before a second person has settled it.", ACCEPTANCE),
    Word("four eyes", "Two people for what concerns one dataset: nobody approves their own work.", DOOR),
    Word("gate", "All conditions of a release, collected anew each time.", DOOR),
    Word("holdout", "Real records set aside first; no synthesizer ever sees them.", EVALUATION),
    Word(
        "hunt lane", "Records that the evaluation named as suspicious; they find leaks and prove no rate.", ACCEPTANCE
    ),
    Word("inference", "The attack that guesses a secret of a person from what else is known of them.", EVALUATION),
    Word("interval", "Where the true value lies, with the confidence that stands beside it.", EVALUATION),
    Word("job", "A piece of work as a row: claimed, watched over and tried again.", JOBS),
    Word("k", "The fewest records that may stand behind anything an artefact shows.", SYNTHESIZERS),
    Word("k-anonymity", "Each combination of quasi-identifiers is shared by k records at least.", WEIGHING),
    Word("lane", "A part of the sample: the random lane carries the claim, the hunt lane searches.", ACCEPTANCE),
    Word("lease", "The time for which somebody holds a record or a job.", JOBS),
    Word("limit", "From which value on a metric asks for a look, or blocks.", METRICS),
    Word(
        "linkability",
        "The attack that joins two halves of a person's record by way of the synthetic table.",
        EVALUATION,
    ),
    Word("lot", "All records of the artefact, of which the sample is drawn.", ACCEPTANCE),
    Word(
        "LTPD",
        "The leak rate that must be refused; a lot with it passes at most as often as the plan allows.",
        ACCEPTANCE,
    ),
    Word("metric", "One figure of the evidence, with its definition, direction, n and interval.", METRICS),
    Word("minimise", "Remove or coarsen what the purpose does not need, before anything learns from it.", TUTORIAL),
    Word("NNDR", "Distance to the nearest real record over that to the second nearest.", METRICS),
    Word(
        "null run", "Real records tested against real records: it counts the false alarms of each check.", CALIBRATING
    ),
    Word("OC curve", "The chance to pass for each true leak rate (operating characteristic).", ACCEPTANCE),
    Word("owner", "Who brought a dataset and asks for runs of it.", ROLES),
    Word("part", "Several shards of a large artefact, sampled by one worker.", JOBS),
    Word("PII finding", "Personal data of one kind, found in a column.", TUTORIAL),
    Word(
        "plan",
        "Of a dataset: how each column is treated; of a review: how many records, and how many may leak.",
        ACCEPTANCE,
    ),
    Word("planted leaks", "Leaks put into a copy of an artefact to see which check catches them.", CALIBRATING),
    Word("policy", "A set of rules in versions: a review tier, or the limits of a purpose.", POLICIES),
    Word("producer's risk", "The chance that a good lot is refused.", ACCEPTANCE),
    Word("purpose", "What the data is for; it decides what is removed and what is measured.", TUTORIAL),
    Word("quasi-identifier", "A column that points at a person together with others, such as age or place.", TUTORIAL),
    Word("random lane", "A simple random sample of the artefact; it alone carries the claim.", ACCEPTANCE),
    Word("record", "One row, text, conversation or question.", DESK),
    Word("release", "A signed decision that one artefact may leave.", DOOR),
    Word("risk", "How much better an attack does on training records than on the holdout.", EVALUATION),
    Word("rule", "What every record of the artefact must keep.", RULES),
    Word("run", "One fit of a synthesizer and the one artefact that comes out.", TUTORIAL),
    Word("sdtype", "What kind of values a column holds: number, category, date, text, identifier.", TUTORIAL),
    Word(
        "seed", "The number from which all chance in a run follows; the same seed gives the same bytes.", SYNTHESIZERS
    ),
    Word("sensitive attribute", "A column with what people keep to themselves.", TUTORIAL),
    Word(
        "shadow audit",
        "A synthesizer fitted many times with and without single people, to see whether records tell who was there.",
        CALIBRATING,
    ),
    Word("shard", "A stretch of an artefact with a seed of its own.", JOBS),
    Word("shift", "A share that a stress test moves away from the real one on purpose.", ASKING),
    Word("singling out", "The attack that finds a description which fits one person alone.", EVALUATION),
    Word("skill", "How far a model's ranking of people is above chance.", WEIGHING),
    Word("stage", "One of the ten steps from ingest to export.", TUTORIAL),
    Word("steward", "Who settles flags, signs releases as the second person and sets policies.", ROLES),
    Word("surrogate", "An invented value in the form of the real one, in its place.", TUTORIAL),
    Word("synthesizer", "What learns from the training records and draws new ones.", SYNTHESIZERS),
    Word(
        "technology map",
        "Ways to lower what a table tells of people, by the same attacks and the same skill.",
        WEIGHING,
    ),
    Word("tier", "How strictly a file is reviewed: quick, standard or strict.", POLICIES),
    Word("training", "The real records that a synthesizer learns from.", EVALUATION),
    Word("TRTR", "Train on real, test on real: what the real records themselves would achieve.", EVALUATION),
    Word("TSTR", "Train on synthetic, test on real: what a model that learned from the artefact achieves.", EVALUATION),
    Word("utility", "How well the synthetic table serves in the place of the real one.", EVALUATION),
    Word("vault", "Where everything that must not leave lies sealed, with a key for each dataset.", VAULT),
    Word("verdict", "What somebody says of a record (clean, leakage, unrealistic), or a check of an artefact.", DESK),
    Word("waiver", "A steward's reason to let a shortfall of usefulness pass; it is printed with the release.", DOOR),
    Word("withdraw", "Close the door for a release: later downloads are refused.", CERTIFICATE),
)
MEANINGS = {word.term: word.meaning for word in WORDS}
