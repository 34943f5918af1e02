"""Every benchmark starts, and gives its figures as JSON."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# `suite` and `shapes` are what the others measure with.
FOLDERS = [ROOT / "benchmarks", ROOT / "benchmarks" / "audits"]
PATHS = sorted(path for folder in FOLDERS for path in folder.glob("*.py"))
SCRIPTS = [str(path.relative_to(ROOT)) for path in PATHS if "__main__" in path.read_text(encoding="utf-8")]
# Those that need no data: the smallest run that measures something.
SMALL = {
    "benchmarks/roundtrip.py": ["--tables", "2"],
    "benchmarks/audits/gate_simulation.py": ["--lots", "20", "--lot-size", "2000"],
    "benchmarks/audits/differential_privacy.py": ["--fits", "20", "--weaken", "1"],
}


# Those that make a portal of their own set Django up anew, which is done once in a process.
OWN_PORTAL = [script for script in SCRIPTS if "django.setup()" in (ROOT / script).read_text(encoding="utf-8")]


def called(script: str, *words: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run as by `python benchmarks/...`, in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", [script, *words])
    monkeypatch.setattr(sys, "path", [str((ROOT / script).parent), *sys.path])
    try:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    except SystemExit as ended:
        return ended.code
    return None


@pytest.mark.parametrize("script", OWN_PORTAL)
def test_a_benchmark_with_a_portal_of_its_own_starts_and_offers_its_figures_as_json(script):
    told = subprocess.run([sys.executable, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--json" in told.stdout


@pytest.mark.parametrize("script", sorted(set(SCRIPTS) - set(OWN_PORTAL)))
def test_a_benchmark_starts_and_offers_its_figures_as_json(script, monkeypatch, capsys):
    assert not called(script, "--help", monkeypatch=monkeypatch)
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("script", SMALL)
def test_a_small_run_gives_one_object_and_nothing_beside_it(script, monkeypatch, capsys):
    called(script, *SMALL[script], "--json", "-", monkeypatch=monkeypatch)
    assert json.loads(capsys.readouterr().out)


# What the tutorial says of the sets for evaluation is read off these.
OF_QUESTIONS = {
    *(
        "asked",
        "delivered",
        "seconds",
        "grounded",
        "answerable",
        "closed_book",
        "overlap_median",
        "rank1",
        "duplicates",
    ),
    *("documents", "documents_covered", "sections", "sections_covered", "clusters", "clusters_covered", "passages"),
    *("largest_times_share", "forms", "short_forms", "answer_types", "rejected", "shortfall", "unanswerable_in_corpus"),
}
OF_REAL_QUESTIONS = {"n", "overlap_median", "rank1", "rank10", "words_median", "duplicates"}
OF_TASKS = {
    "asked",
    "delivered",
    "pairwise_coverage",
    "triple_coverage",
    "seconds",
    "same_bytes",
    "shortfall",
    "agents",
}
OF_AGENTS = {
    "tasks",
    "rules",
    "branches",
    "branches_covered",
    "reference",
    "nothing",
    "breaker",
    "breaches",
    "unbroken",
}
PARAGRAPHS = {
    "Norwood": "Ada Norwood founded the Norwood Institute in 1923. The Norwood Institute opened a hall in Bergen.",
    "Tesla": "Nikola Tesla moved to Paris in 1882. Nikola Tesla designed an induction motor for a company in Budapest.",
}
REAL = {
    "Norwood": ("Who was the founder of the institute?", "Ada Norwood"),
    "Tesla": ("In which city did Tesla settle in 1882?", "Paris"),
}


def like_squad(folder: Path) -> Path:
    """Articles of one paragraph, each with a question that somebody asked."""
    data = [
        {"title": title, "paragraphs": [{"context": text, "qas": [{"question": asked, "answers": [{"text": answer}]}]}]}
        for (title, text), (asked, answer) in zip(PARAGRAPHS.items(), REAL.values(), strict=True)
    ]
    path = folder / "articles.json"
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_figures_of_questions_are_all_told_and_every_answer_stands_in_its_passage(monkeypatch, capsys, tmp_path):
    files = ["docs/examples/travel-handbook.html", str(like_squad(tmp_path))]
    called("benchmarks/questions.py", *files, "--count", "20", "--json", "-", monkeypatch=monkeypatch)
    facts = json.loads(capsys.readouterr().out)
    assert set(facts) >= OF_QUESTIONS
    assert set(facts["real"]) == OF_REAL_QUESTIONS
    assert facts["real"]["n"] == len(REAL)
    assert facts["asked"] == facts["delivered"] == 20
    assert facts["documents"] == facts["documents_covered"] == 3
    assert facts["grounded"] == facts["answerable"] == 1.0
    assert facts["duplicates"] == facts["unanswerable_in_corpus"] == 0


@pytest.mark.slow
def test_the_figures_of_tasks_are_all_told_and_the_three_agents_do_as_they_should(monkeypatch, capsys, tmp_path):
    domain = yaml.safe_load((ROOT / "benchmarks/shapes/retail_domain.yaml").read_text(encoding="utf-8"))
    policy = tmp_path / "policy.md"
    policy.write_text("\n\n".join(rule["sentence"] for rule in domain["rules"]), encoding="utf-8")
    words = ["--count", "60", "--agents", "20", "--policy", str(policy), "--json", "-"]
    called("benchmarks/tasks.py", *words, monkeypatch=monkeypatch)
    facts = json.loads(capsys.readouterr().out)
    assert set(facts) >= OF_TASKS
    assert set(facts["agents"]) >= OF_AGENTS
    assert facts["asked"] == facts["delivered"] == 60
    assert facts["pairwise_coverage"] == facts["triple_coverage"] == 1.0
    assert facts["same_bytes"]
    agents = facts["agents"]
    assert agents["tasks"] == 20
    assert agents["branches_covered"] == agents["branches"] > 0
    assert (agents["reference"], agents["nothing"], agents["breaker"]) == (1.0, 0, 0)
    assert agents["breaches"] > 0
