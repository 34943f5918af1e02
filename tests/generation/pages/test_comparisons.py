"""Runs side by side: what the choice is in words, which intervals lie apart, the map, the columns and the settings."""

import pytest
from django.urls import reverse

from generation.engine.comparison.apart import (
    Measured,
    ahead,
    are_apart,
    bounds,
    choice_in_words,
    listed_words,
    utility_axis,
)
from generation.engine.evaluation.limits.policy import default_policy
from generation.models import GenerationRun
from generation.repositories.evaluations import read_report
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.templatetags.dot_charts import DotSeries, dot_rows
from tests.generation.door import page
from tests.generation.siblings import figure, harmless, sibling

POLICY = default_policy("training")


def metric(name, value, lower=None, upper=None, group="utility", status="pass"):
    direction = "lower is better" if group == "privacy" else "higher is better"
    plain = {"threshold": None, "reason": "", "direction": direction}
    return plain | {"name": name, "value": value, "lower": lower, "upper": upper, "group": group, "status": status}


def run_with(name, skill, carried, *more):
    """A run by its skill and its carry-over, each as (value, lower, upper)."""
    found = [
        metric("skill_ratio", *skill),
        metric("rare_combination_excess", *carried, group="privacy"),
        *more,
    ]
    return Measured(name, {one["name"]: one for one in found})


HIGH, MIDDLE, LOW = (0.97, 0.95, 0.99), (0.96, 0.94, 0.98), (0.75, 0.72, 0.78)
NONE, SOME = (0.0, -0.01, 0.01), (0.06, 0.04, 0.08)


# ---- What differs ---------------------------------------------------------------------------------------------------


def test_two_figures_differ_when_their_intervals_do_not_overlap():
    a, b, c = metric("m", 0.9, 0.8, 1.0), metric("m", 0.7, 0.6, 0.79), metric("m", 0.75, 0.7, 0.8)
    assert are_apart(a, b)
    assert are_apart(b, a)
    assert not are_apart(a, c)  # they touch
    assert not are_apart(a, metric("m", None))
    assert bounds(metric("m", 0.5)) == (0.5, 0.5)


def test_ahead_are_the_best_and_whatever_cannot_be_told_from_it():
    runs = [run_with("a", HIGH, NONE), run_with("b", MIDDLE, SOME), run_with("c", LOW, NONE)]
    assert [run.name for run in ahead(runs, "skill_ratio")] == ["a", "b"]
    assert [run.name for run in ahead(runs, "rare_combination_excess")] == ["a", "c"]
    assert ahead(runs, "no such metric") == []


def test_the_choice_is_a_trade_where_the_useful_one_is_not_the_private_one():
    words = choice_in_words([run_with("run 1", HIGH, SOME), run_with("run 2", LOW, NONE)], POLICY)
    assert words == (
        "The choice is between run 1, ahead on model skill kept with 0.97 (0.95 to 0.99), and run 2, with fewer rare "
        "combinations carried over: 0 (-0.01 to 0.01)."
    )


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (
            [run_with("run 1", HIGH, NONE), run_with("run 2", MIDDLE, NONE)],
            "Run 1 and run 2 cannot be told apart on model skill kept or on rare combinations carried over: choose by "
            "what differs below.",
        ),
        (
            [run_with("run 1", HIGH, NONE), run_with("run 2", LOW, NONE)],
            "Run 1 is ahead on model skill kept, and no other run is ahead of it on rare combinations carried over.",
        ),
        (
            [run_with("run 1", HIGH, NONE), run_with("run 2", MIDDLE, SOME)],
            "Run 1 is ahead on rare combinations carried over, and no other run is ahead of it on model skill kept.",
        ),
        (
            [run_with("run 1", HIGH, NONE), run_with("run 2", MIDDLE, NONE), run_with("run 3", LOW, SOME)],
            "Run 1 and run 2 are ahead of the rest, and cannot be told apart on model skill kept or on rare "
            "combinations carried over.",
        ),
    ],
)
def test_the_choice_says_who_is_ahead_or_that_nobody_can_tell(runs, words):
    assert choice_in_words(runs, POLICY) == words


def test_a_run_that_privacy_blocks_is_no_choice_however_useful():
    leaking = run_with("run 1", HIGH, NONE, metric("exact_matches", 0.01, group="privacy", status="block"))
    fine = run_with("run 2", LOW, NONE)
    assert choice_in_words([leaking, fine], POLICY) == (
        "Run 1 is blocked on privacy (records copied exactly). That leaves run 2."
    )
    assert choice_in_words([leaking, leaking], POLICY).endswith("None of them can be released as it is.")


def test_what_else_blocks_a_run_that_privacy_leaves_is_said_too():
    leaking = run_with("run 1", HIGH, NONE, metric("exact_matches", 0.01, group="privacy", status="block"))
    useless = run_with("run 2", LOW, NONE, metric("placeholders", 7, group="rules", status="block"))
    words = choice_in_words([leaking, useless], POLICY)
    assert words.endswith("That leaves run 2. Run 2 is blocked on placeholders of tools.")


def test_usefulness_is_what_the_purpose_measures():
    run = run_with("a", HIGH, NONE, metric("equivalence_class_coverage", 0.9), metric("column_shapes", 0.9))
    assert utility_axis([run], POLICY) == "skill_ratio"
    assert utility_axis([run], default_policy("testing")) == "equivalence_class_coverage"
    assert utility_axis([run], default_policy("stress_test")) == "column_shapes"


def test_lists_are_read_as_people_say_them():
    assert [listed_words(list(words)) for words in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


# ---- The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(world):
    """The world's run, and one with less skill and another synthesizer."""
    changes = harmless(world) | {"skill_ratio": figure(0.2, 0.1, 0.3, "block")}
    other = {"synthesizer": "copula", "seed": 99, "parameters": {"k": 5}, "artefact_sha256": "ab" * 32}
    return world.run, sibling(world, changes, **other)


@pytest.mark.django_db
def test_runs_are_ticked_on_the_datasets_page_and_compared(pair, world, client_of):
    ana, url = client_of("ana"), reverse("comparison", args=[world.dataset.pk])
    listed = page(ana.get(reverse("dataset", args=[world.dataset.pk])))
    assert url in listed
    assert 'name="run" value="2" form="compare"' in listed
    found = page(ana.get(url, {"run": ["1", "2"]}))
    assert found.count("<h1") == 1
    assert " style=" not in found
    assert found.count('<th scope="row">run 2 (Gaussian copula)</th>') == len(world.run.evaluations.get().metrics)
    assert "differ: run 1 and run 2" in found
    assert "Show the numbers" in found
    assert "in review, 0 of" in found
    assert "not in review" in found
    assert "12 s" in found  # the second run's evaluation


@pytest.mark.django_db
def test_only_what_differs_is_shown_when_asked_for(pair, world, client_of):
    url = reverse("comparison", args=[world.dataset.pk])
    found = page(client_of("ana").get(url, {"run": ["1", "2"], "only": "apart"}))
    assert found.count('scope="rowgroup"') == 1
    assert "Model skill kept" in found
    twin = sibling(world)
    same = page(client_of("ana").get(url, {"run": ["1", str(twin.number)], "only": "apart"}))
    assert "On no metric do the intervals of these runs lie apart." in same


@pytest.mark.django_db
def test_settings_that_differ_come_first_and_are_named(pair, world, client_of):
    url = reverse("comparison", args=[world.dataset.pk])
    found = page(client_of("ana").get(url, {"run": ["1", "2"]}))
    settings = found[found.index("Settings and time") :]
    assert settings.index("Synthesizer") < settings.index("Review policy")
    assert "no such setting" in settings
    assert settings.count(">differs<") >= 3


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [[], ["1"], ["1", "77"], ["²", "x" * 5000, "-1"]])
def test_fewer_than_two_runs_ask_for_more(pair, world, client_of, typed):
    found = page(client_of("ana").get(reverse("comparison", args=[world.dataset.pk]), {"run": typed}))
    assert "Which runs?" in found
    assert 'id="metrics"' not in found


@pytest.mark.django_db
def test_one_run_alone_says_what_to_do_next(world, client_of):
    assert "Nothing to compare yet" in page(client_of("ana").get(reverse("comparison", args=[world.dataset.pk])))


@pytest.mark.django_db
def test_all_runs_of_the_dataset_lie_on_one_map_and_the_compared_ones_are_marked(pair, world, client_of):
    third = sibling(world)
    found = page(client_of("ana").get(reverse("comparison", args=[world.dataset.pk]), {"run": ["1", "2"]}))
    assert found.count("dot dot-current") == 2
    assert f"run {third.number}: " in found  # spoken, and in the table of numbers


@pytest.mark.django_db
def test_every_column_has_a_mark_per_run_and_its_number(pair, world, client_of):
    columns = read_report(world.run.evaluations.get())["details"]["column_shapes"]["columns"]
    found = page(client_of("ana").get(reverse("comparison", args=[world.dataset.pk]), {"run": ["1", "2"]}))
    assert found.count("form form-1") == len(columns) + 1  # and one in the legend


@pytest.mark.django_db
def test_an_erased_dataset_keeps_its_figures_and_loses_its_plots(pair, world, client_of):
    type(world.dataset.key).objects.filter(pk=world.dataset.key_id).update(wrapped=None)
    found = page(client_of("ana").get(reverse("comparison", args=[world.dataset.pk]), {"run": ["1", "2"]}))
    assert "Model skill kept" in found
    assert "Likeness of each column" not in found


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "code"), [("cleo", 200), ("eve", 200), ("ben", 404), ("dan", 404)])
def test_who_sees_the_runs_may_compare_them(pair, world, client_of, who, code):
    url = reverse("comparison", args=[world.dataset.pk])
    assert client_of(who).get(url, {"run": ["1", "2"]}).status_code == code


@pytest.mark.django_db
def test_ticked_runs_of_the_list_of_all_runs_lead_to_their_dataset(pair, world, client_of):
    url, ids = reverse("runs_compare"), [str(run.pk) for run in pair]
    response = client_of("ana").get(url, {"run": ids})
    assert response["Location"] == f"{reverse('comparison', args=[world.dataset.pk])}?run=1&run=2"
    for typed in ([], ["not an id"]):
        assert client_of("ana").get(url, {"run": typed})["Location"] == reverse("runs")


@pytest.mark.django_db
def test_runs_that_are_not_yours_cannot_be_reached_through_the_list(pair, client_of):
    ada = Person.objects.create(username="ada")
    grant(ada, Role.OWNER)
    client = client_of("ana")
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    ids = [str(run.pk) for run in pair]
    assert client.get(reverse("runs_compare"), {"run": ids})["Location"] == reverse("runs")
    assert GenerationRun.objects.count() == 2


# ---- The plot of columns --------------------------------------------------------------------------------------------


def test_a_value_that_was_not_computed_has_no_mark_and_says_so_in_the_numbers():
    drawn = dot_rows(["a<b", "c"], [DotSeries("one", [0.9, None]), DotSeries("two", [0.8, 1.0])], "Shapes")
    assert drawn.count("form form-0") == 1 + 1
    assert drawn.count("form form-1") == 2 + 1
    assert "not computed" in drawn
    assert "a<b" not in drawn
