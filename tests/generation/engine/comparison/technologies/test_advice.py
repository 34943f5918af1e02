"""Which technology to use, in words: hand-made figures, and what follows from them."""

from __future__ import annotations

from typing import Any

from generation.engine.comparison.technologies.advice import advise


def figure(value: float, status: str = "pass", *, half: float = 0.01, **more: float) -> dict[str, Any]:
    return {"value": value, "lower": value - half, "upper": value + half, "n": 2000, "status": status, **more}


def row(technology: str, setting: str, skill: Any, risk: Any, whole: float = 0.9) -> dict[str, Any]:
    attacks = {name: figure(0.0) for name in ("singling_out", "inference")} | {"linking": risk}
    found = {"technology": technology, "setting": setting, "records": 1000, "made": [], "skill": skill}
    return found | {"attacks": attacks, "worst": "linking", "whole": figure(whole, attack=whole, control=0.01)}


MINIMISED = row("minimised", "", figure(1.0), figure(0.5, "block"))
COARSE = row("generalised", "k = 10", figure(0.99), figure(0.02))


def test_a_run_that_passes_is_named_before_real_records_that_pass_with_more_skill():
    found = advise([MINIMISED, COARSE, row("synthetic", "run 2 (Trees)", figure(0.96), figure(0.01))])
    assert found.headline == "Use run 2 (Trees)."
    assert any("keep 0.030 more of the skill" in reason and "90%" in reason for reason in found.reasons)
    assert dict(found.ruled_out) == {"Minimised records": "linked is blocked, 0.500 (0.490 to 0.510)"}


def test_where_only_coarse_real_records_will_do_it_says_do_not_use_synthetic_data():
    poor = row("synthetic", "run 1 (Copula)", figure(0.6, "block"), figure(0.0))
    found = advise([MINIMISED, COARSE, poor])
    assert found.headline == "Do not use synthetic data here: Generalised, k = 10 serves the purpose."
    assert not found.is_synthetic
    assert any("Neither run 1 (Copula) will do" in reason for reason in found.reasons)
    assert any("Whoever knows all columns of a person finds 90% of them" in reason for reason in found.reasons)
    assert any("releases no such table" in reason for reason in found.reasons)


def test_where_nothing_will_do_nothing_is_recommended():
    found = advise([MINIMISED, row("private", "epsilon 1", figure(0.7, "block"), figure(0.0))])
    assert (found.chosen, found.headline.startswith("Do not use synthetic data here")) == (None, True)


def test_of_two_whose_skill_cannot_be_told_apart_the_one_with_a_bound_is_named():
    pair = [
        row("synthetic", "run 1 (Trees)", figure(0.97), figure(0.0)),
        row("private", "epsilon 3", figure(0.96), figure(0.0)),
    ]
    assert advise(pair).chosen == "Differentially private, epsilon 3"
    ahead = row("synthetic", "run 1 (Trees)", figure(0.99), figure(0.0))
    assert advise([ahead, pair[1]]).chosen == "run 1 (Trees)"


def test_undecided_and_refused_are_never_recommended():
    undecided = row("synthetic", "run 1 (Trees)", figure(0.99), figure(0.15, "undecided", half=0.2))
    refused = {"technology": "private", "setting": "epsilon 1", "refused": "Too few records."}
    found = advise([undecided, refused])
    assert found.chosen is None
    assert dict(found.ruled_out)["Differentially private, epsilon 1"] == "Too few records"
