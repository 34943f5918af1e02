from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

import generation.engine
from generation.engine import EngineError, Estimate, FitError, Parameter, SynthesizerCard, fit, sample
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.card import validated
from tests.docs.blocks import blocks_of
from tests.generation.engine.synthesizers.tables import mixed_schema, mixed_table

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to" / "extend" / "add-a-synthesizer.md"

CARD = SynthesizerCard(
    name="toy",
    title="Toy",
    sentence="A toy.",
    recommended_for=(),
    guarantee="",
    memorises="",
    parameters=(
        Parameter("depth", "int", 3, "Depth", "", minimum=1, maximum=9),
        Parameter("noise", "float", 0.5, "Noise", "", minimum=0),
        Parameter("shape", "choice", "round", "Shape", "", choices=("round", "square")),
        Parameter("fast", "bool", True, "Fast", ""),
    ),
    implementation="collections:OrderedDict",
    estimate=lambda rows, columns, parameters: Estimate(1.0, 1),
)


def test_missing_parameters_take_their_defaults():
    assert validated(CARD, {}) == {"depth": 3, "noise": 0.5, "shape": "round", "fast": True}


def test_text_of_a_form_becomes_the_parameters_own_type():
    got = validated(CARD, {"depth": "7", "noise": "1e-2", "shape": "square", "fast": "off"})
    assert got == {"depth": 7, "noise": 0.01, "shape": "square", "fast": False}
    assert type(got["depth"]) is int


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"depth": 10}, "Depth must be a whole number from 1 to 9."),
        ({"depth": 2.5}, "Depth must be a whole number from 1 to 9."),
        ({"depth": True}, "Depth must be a whole number from 1 to 9."),
        ({"depth": None}, "Depth must be a whole number from 1 to 9."),
        ({"noise": "nan"}, "Noise must be a number of at least 0."),
        ({"noise": "inf"}, "Noise must be a number of at least 0."),
        ({"shape": "oval"}, "Shape must be one of round, square."),
        ({"fast": 3}, "Fast must be true or false."),
        ({"colour": 1}, "Toy has no parameter called 'colour'."),
    ],
)
def test_each_wrong_parameter_gets_one_sentence(raw, sentence):
    with pytest.raises(FitError) as caught:
        validated(CARD, raw)
    assert caught.value.sentence == sentence


def test_several_wrong_parameters_are_all_named():
    with pytest.raises(FitError) as caught:
        validated(CARD, {"depth": 0, "shape": "oval"})
    assert caught.value.sentence.count("must be") == 2


def test_the_catalogue_imports_no_synthesizer_library():
    code = (
        "import sys; from generation.engine.synthesizers import catalogue; catalogue.cards();"
        "heavy = {'sdv', 'torch', 'sklearn', 'pandas', 'numpy', 'scipy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_card_is_complete_and_loads():
    for name, card in catalogue.cards().items():
        assert card.name == name
        assert card.sentence
        assert card.guarantee
        assert card.memorises
        defaults = validated(card, {})
        assert hasattr(catalogue.load(name), "fit")
        small, large = card.estimate(1_000, 10, defaults), card.estimate(1_000_000, 10, defaults)
        assert 0 < small.seconds < large.seconds
        assert 0 < small.memory_bytes < large.memory_bytes


@pytest.mark.parametrize(
    ("name", "rows", "columns", "seconds"),
    [
        # Processor seconds of fit and sample, as docs/reference/synthesizers.md has them, and a second of imports.
        ("trees", 24_421, 15, 5.1),
        ("trees", 6_000, 61, 21.2),
        ("trees", 8_000, 11, 2.6),
        ("trees", 500, 15, 1.3),
        ("copula", 24_421, 15, 1.1),
        ("copula", 1_000_000, 15, 4.1),
    ],
)
def test_the_estimate_is_within_a_factor_of_three_of_what_was_measured(name, rows, columns, seconds):
    card = catalogue.cards()[name]
    estimate = card.estimate(rows, columns, validated(card, {}))
    assert seconds / 3 < estimate.seconds < seconds * 3
    assert 100_000_000 < estimate.memory_bytes < 2_000_000_000


def test_an_unknown_synthesizer_is_refused():
    with pytest.raises(FitError, match="no synthesizer of that name"):
        catalogue.load("../../etc/passwd")


@pytest.fixture
def plugins(monkeypatch):
    """Lets a test say which entry points are installed."""

    def install(*values: str) -> None:
        points = EntryPoints(EntryPoint(f"plugin{number}", value, "group") for number, value in enumerate(values))
        monkeypatch.setattr(catalogue, "entry_points", lambda group: points)
        catalogue.cards.cache_clear()

    yield install
    catalogue.cards.cache_clear()


def test_a_third_party_synthesizer_is_found_through_its_entry_point(plugins):
    plugins(f"{__name__}:CARD")
    assert catalogue.cards()["toy"] is CARD
    assert "gaussian_copula" in catalogue.cards()


def test_a_plugin_that_offers_something_else_or_a_taken_name_is_refused(plugins):
    plugins("collections:OrderedDict")
    with pytest.raises(FitError, match="plugin0"):
        catalogue.cards()
    plugins(f"{__name__}:CARD", f"{__name__}:CARD")
    with pytest.raises(FitError, match="plugin1"):
        catalogue.cards()


@pytest.fixture
def mypackage(tmp_path, monkeypatch):
    """The package of the how-to page: each of its blocks is a module, named in the block's first line."""
    for code, _ in blocks_of(HOW_TO):
        name = re.fullmatch(r"# mypackage/(\w+)\.py", code.splitlines()[0])
        assert name is not None
        (tmp_path / "mypackage").mkdir(exist_ok=True)
        (tmp_path / "mypackage" / f"{name[1]}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "mypackage"
    for module in [module for module in sys.modules if module.partition(".")[0] == "mypackage"]:
        del sys.modules[module]


def test_the_how_to_page_makes_a_synthesizer_that_works_through_the_door(plugins, mypackage):
    plugins("mypackage.cards:SHUFFLE")
    table = mixed_table(200)
    model = fit(table, mixed_schema(), synthesizer="shuffle", parameters={"share": 0.5}, seed=1)
    one, again = sample(model, 300, seed=2), sample(model.load(model.dump()), 300, seed=2)
    assert one.equals(again)
    assert list(one.columns) == list(table.columns)
    assert all(set(one[name].dropna()) <= set(table[name].dropna()) for name in table)
    assert one["c0"].nunique() <= 100
    with pytest.raises(EngineError, match="at least ten records"):
        fit(table[:9], mixed_schema(), synthesizer="shuffle")


def test_a_plugin_needs_no_name_but_those_of_the_door():
    page = HOW_TO.read_text(encoding="utf-8")
    named = {
        name.strip() for line in re.findall(r"from generation\.engine import (.*)", page) for name in line.split(",")
    }
    assert named <= set(generation.engine.__all__)
    assert "generation.engine." not in re.sub(r"`generation/.*?`", "", page)
