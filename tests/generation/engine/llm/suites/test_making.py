"""Exactly so many tasks, each with what is expected in its cell; versions, splits and results."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.cover import coverage
from generation.engine.llm.suites.making import SAME, make_suite
from generation.engine.llm.suites.plan import SuitePlan, read_plan
from generation.engine.llm.suites.results import failures, read_results, regression
from generation.engine.llm.suites.task import Suite, as_line, from_line
from generation.engine.llm.suites.versions import difference, split_tasks
from tests.generation.engine.llm.suites.conftest import PLAN


def test_asked_for_sixty_sixty_different_tasks_are_made_and_all_pairs_held(plan: SuitePlan, suite: Suite) -> None:
    assert len({task.input for task in suite.tasks}) == 60
    assert coverage([task.cell for task in suite.tasks], plan.matrix, 2) == 1.0
    assert suite.shortfall == {}


def test_quotas_are_kept(suite: Suite) -> None:
    languages = Counter(task.cell["language"] for task in suite.tasks)
    intents = Counter(task.cell["intent"] for task in suite.tasks)

    assert languages["French"] >= 12
    assert intents["status"] <= 25


def test_what_is_expected_is_what_the_plan_says_of_the_cell(suite: Suite) -> None:
    for task in suite.tasks:
        cell = (task.cell["intent"], task.cell["state"])
        if cell == ("cancel", "pending"):
            assert (task.expected_kind, task.expected) == ("exact", "cancelled")
        if task.cell["intent"] in ("return", "status"):
            order = task.input.rsplit(", ", 1)[1].rstrip(")")
            assert (task.expected_kind, task.expected) == ("rubric", [f"names {order}"])


def test_difficulty_is_in_thirds_of_the_points_that_can_be_had(suite: Suite) -> None:
    # Three points can be had: German and return have 1 + 2 of them, French and cancel 1, English and cancel none.
    told = {(task.cell["language"], task.cell["intent"]): task.difficulty for task in suite.tasks}

    assert told["German", "return"] == "hard"
    assert told["English", "return"] == "medium"
    assert told["English", "cancel"] == told["French", "cancel"] == "easy"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(plan: SuitePlan, suite: Suite) -> None:
    assert make_suite(plan, 60, seed=5).digest == suite.digest
    assert make_suite(plan, 60, seed=6).digest != suite.digest
    assert suite.canary != make_suite(plan, 60, seed=6).canary


def test_a_task_is_the_same_after_it_was_written_and_read(suite: Suite) -> None:
    assert [from_line(as_line(task)) for task in suite.tasks] == list(suite.tasks)


def test_too_few_tasks_for_all_pairs_say_how_many_it_takes(plan: SuitePlan) -> None:
    plain = read_plan(PLAN.replace("at_least: 12", "at_least: 0"))

    made = make_suite(plain, 4, seed=1)

    assert len(made.tasks) == 4
    assert made.notes[0].startswith("All combinations of 2 dimensions take ")


def test_a_plan_that_can_say_little_has_a_shortfall() -> None:
    small = read_plan(
        "dimensions: {a: [x, y], b: [x, y]}\ninputs: ['{{a}} {{b}}']\nexpected: [{exact: done}]\n",
    )

    made = make_suite(small, 10, seed=1)

    assert len(made.tasks) == 4
    assert list(made.shortfall.values()) == [6]


RARE = [f"odd {number}" for number in range(40)]


def test_what_a_full_quota_leaves_goes_to_rare_values() -> None:
    plan = read_plan(
        "dimensions: {kind: {usual: 99, odd: 1}, channel: [chat, mail]}\nvalues: {order: 'W######'}\n"
        "inputs: ['{{kind}} {{channel}} {{order}}']\nexpected: [{exact: done}]\n"
        "quotas: [{where: {kind: usual}, at_most: 10}]\n"
    )

    made = make_suite(plan, 100, seed=1)

    assert Counter(task.cell["kind"] for task in made.tasks) == {"usual": 10, "odd": 90}
    assert made.shortfall == {}


def test_cells_that_have_nothing_new_to_say_leave_their_place_to_rare_ones() -> None:
    """Each kind has two wordings; the scenarios that hold all values take one of each, and the weights ask for one."""
    kinds = ", ".join(f"{name}: 1" for name in RARE)
    plan = read_plan(
        f"dimensions: {{kind: {{usual: 999999999, {kinds}}}, channel: [chat]}}\n"
        "inputs: ['{{kind}}', '{{kind}} again']\nexpected: [{exact: done}]\n"
    )

    assert len({task.input for task in make_suite(plan, 82, seed=1).tasks}) == 82
    assert make_suite(plan, 90, seed=1).shortfall == {SAME: 8}


def test_words_that_differ_in_blanks_and_letter_case_make_no_new_task() -> None:
    plain = "dimensions: {a: [x, y], b: [x, y]}\ninputs: ['{{a}} {{b}}', '{{a}}  {{b}} ', '{{a}} {{b}}']\n"

    made = make_suite(read_plan(f"{plain}words: {{a: {{x: [x, X]}}}}\nexpected: [{{exact: done}}]\n"), 10, seed=1)

    assert len(made.tasks) == 4


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{if: {intent: cancel, state: delivered}, exact: refused}", "{exact: refused}", "Two different results are"),
        ("  - {if: {intent: cancel, state: delivered}, exact: refused}\n", "", "Nothing is expected in the cell"),
        ("{{person}} by", "{{nobody}} by", "The slot 'nobody' is neither a dimension"),
        ("where: {language: French}, at_least: 12", "where: {language: Dutch}", "names language: Dutch"),
        ("exact: refused", "exactly: refused", "an expected result has no part called 'exactly'"),
        ("where: {language: French}", "if: {language: French}", "a quota has no part called 'if'"),
        (
            '- "{{person}} by',
            '- {text: Hello, where: {intent: status}}\n  - "{{person}} by',
            "an input has no part called",
        ),
        ("at_least: 12", "at_least: 90", "asks for 90 tasks and the suite has only 60"),
        ("at_most: 25", "at_most: few", "'few' where a number is expected"),
        ("at_most: 25", "at_most: .inf", "where a number is expected"),
        ("name: support", "title: support", "no part called 'title'"),
        ('order: "W######"', "order: 9 to 1", "the smaller one comes first"),
        ('order: "W######"', "order: 9.5 to 1.25", "the smaller one comes first"),
        ('order: "W######"', "order: 1 to 99999999999999999999", "at most 15 digits"),
        ('order: "W######"', "order: []", "In the plan, values.order must be a text, or a list of texts"),
        ('order: "W######"', "order: {from: 1}", "In the plan, values.order must be a text"),
        ("please cancel order {{order}}", "please cancel in {{language}}", "The slot 'language' in words for a value"),
        ("[chat, mail, phone]", "[chat, mail, phone, '{{nobody}}']", "The slot 'nobody' in words for a value"),
    ],
)
def test_a_plan_that_cannot_be_kept_gets_one_sentence(old: str, new: str, words: str) -> None:
    assert old in PLAN
    with pytest.raises(SuiteError, match=words):
        make_suite(read_plan(PLAN.replace(old, new)), 60, seed=5)


def test_the_difference_of_two_versions_is_what_was_added_removed_and_changed(suite: Suite) -> None:
    other = Suite("support", 59, 5, suite.tasks[1:])

    told = difference(suite, other)

    assert (told.removed, told.added, told.changed, told.same) == ((suite.tasks[0].id,), (), (), 59)
    assert told.by_cell == {suite.tasks[0].cell_key: -1}


def test_no_cell_is_in_training_and_in_evaluation(suite: Suite) -> None:
    training, evaluation = split_tasks(suite.tasks, 0.4, b"a key of the portal")
    other, _ = split_tasks(suite.tasks, 0.4, b"another key")

    assert {task.cell_key for task in training} & {task.cell_key for task in evaluation} == set()
    assert len(training) + len(evaluation) == 60
    assert training
    assert evaluation
    assert training != other


def inspect_log(suite: Suite, failing: str) -> bytes:
    samples = [
        {"id": task.id, "scores": {"match": {"value": "I" if task.cell["intent"] == failing else "C"}}}
        for task in suite.tasks
    ]
    return json.dumps({"version": 2, "samples": samples}).encode()


def test_failures_are_counted_by_cell_from_a_log_of_inspect(suite: Suite) -> None:
    found = failures(suite, read_results(inspect_log(suite, "return")), "intent", "state")

    assert {key: cell.share for key, cell in found.items()}[("return", "delivered")] == 1.0
    assert {cell.share for (intent, _), cell in found.items() if intent != "return"} == {0.0}
    assert sum(cell.tasks for cell in found.values()) == 60


@pytest.mark.parametrize(
    ("samples", "scores"),
    [
        ([{"id": "a", "error": {"message": "a time-out"}}], {"a": 0.0}),
        ([{"id": "a", "error": {"message": "a time-out"}, "scores": {"match": {"value": "C"}}}], {"a": 0.0}),
        ([{"id": "a", "epoch": at, "scores": {"match": {"value": v}}} for at, v in enumerate("ICC")], {"a": 0.0}),
        ([{"id": "a", "epoch": at, "scores": {"match": {"value": "C"}}} for at in (1, 2)], {"a": 1.0}),
        ([{"id": 7, "scores": {"both": {"value": {"one": 1, "other": 0.25}}}}], {"7": 0.25}),
        ([{"id": "a", "scores": {"match": {"value": float("nan")}}}], {"a": 0.0}),
        ([{"id": "a", "scores": {"match": {"value": 10**400}}}], {"a": 0.0}),
        ([{"id": "a", "scores": {"match": {"value": True}}}, {"id": "b", "scores": None}], {"a": 1.0}),
    ],
)
def test_a_task_fails_unless_every_scorer_and_every_epoch_passed_it_without_an_error(
    samples: list[object], scores: dict[str, float]
) -> None:
    assert read_results(json.dumps({"samples": samples}).encode()) == scores


def test_samples_of_lm_eval_are_read_too(suite: Suite) -> None:
    lines = [json.dumps({"doc_id": 0, "doc": {"id": task.id}, "exact_match": 1.0}) for task in suite.tasks]

    assert read_results("\n".join(lines).encode()) == {task.id: 1.0 for task in suite.tasks}


def test_the_next_suite_has_the_same_tasks_and_new_ones_where_it_failed(plan: SuitePlan, suite: Suite) -> None:
    after = regression(plan, suite, read_results(inspect_log(suite, "return")), 20, seed=1)

    new = after.tasks[60:]
    assert after.tasks[:60] == suite.tasks
    assert len({task.input for task in after.tasks}) == 80
    assert {task.cell["intent"] for task in new} == {"return"}


def test_what_a_failed_cell_has_no_words_for_the_others_take_over() -> None:
    """A cell of one wording and one with a number in it: of 50 the second one takes 50, once the first is spent."""
    plan = read_plan(
        "dimensions: {kind: [fixed, open], channel: [chat]}\nvalues: {order: 'W######'}\n"
        "inputs:\n  - {text: Hello, if: {kind: fixed}}\n  - {text: 'Order {{order}}', if: {kind: open}}\n"
        "expected: [{exact: done}]\n"
    )
    suite = make_suite(plan, 2, seed=1)

    after = regression(plan, suite, dict.fromkeys([task.id for task in suite.tasks], 0.0), 50, seed=1)

    assert len({task.input for task in after.tasks}) == 52
    assert after.shortfall == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "holds no results"),
        ("no json", "neither JSON"),
        ("[" * 100_000, "neither JSON"),
        ('{"samples": [1]}', "In the file of results, samples.1 must be a mapping"),
        ('{"samples": [{"id": "a", "scores": ["C"]}]}', "samples.1.scores must be a mapping"),
        ('{"samples": [{"scores": {"match": "C"}}]}', "samples.1.id must be a text"),
        ('{"samples": [{"id": ["a"], "scores": {"match": "C"}}]}', "samples.1.id must be a text"),
        ('{"samples": [{"id": "a", "scores": {"match": {"value": [["C"]]}}}]}', "match.value.1 must be a text"),
        ('{"doc_id": [1], "acc": 1}', "In the file of results, line 1.doc_id must be a text"),
    ],
)
def test_a_file_that_holds_no_results_gets_one_sentence(text: str, words: str) -> None:
    with pytest.raises(SuiteError, match=words):
        read_results(text.encode())


def test_results_of_another_suite_get_one_sentence(plan: SuitePlan, suite: Suite) -> None:
    with pytest.raises(SuiteError, match="None of the results"):
        regression(plan, suite, {"other": 0.0}, 5, seed=1)
