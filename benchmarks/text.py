"""Labelled texts by the phrase grammar, beside other writers and real texts, on messages that are half hidden.

    python benchmarks/text.py [--data ../shared/data/text/banking77.csv] [--text text] [--label category]
                                  [--json FILE|-] [--seeds 5] [--rows 2000] [--more 3850] [--k 5]
                              [--ranker trigram|gru] [--no-gru] [--sheet FILE]

Of each label one half is the source, the other the holdout; each seed splits anew. Figures:

- `tstr`: accuracy on the holdout of a classifier (TF-IDF of words and pairs of words, linear SVM) learned from the
  texts; means over the seeds for the phrase grammar and for real texts, one seed for the other writers.
- `verbatim`, `near` (ratio of .9), `run` (8 words in a row): share of the texts found in the source, without case and
  punctuation; `_excess` is that less the holdout's share. Nothing that many people write is left out here.
- `distinct_2`, `self_bleu`, `compression`: beside as many real texts.
- `bits_per_word` under a trigram model of the holdout: how usual the word order is. It is no readability: a text can
  be usual and say nothing. Only people can say whether texts read well; `--sheet` writes a shuffled sheet for them,
  with the key apart, and `readability.people` stays empty until they have.
- `seconds`: fitting and writing, wall clock, one process.
- `matching`: texts a second that are looked up, whole and by runs of 8 words, in 100,000 others; reading their words
  and making the index of the others apart.

Writers: `phrases` (the dial at "widest", "between" and "closest"), `markov_3` and `backoff` (three words before,
counted or k-supported), `gru` (a recurrent network from scratch), `real` (texts of the holdout, against the rest).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generation.engine.evaluation.llm.texts.variety import compression, distinct_2, self_bleu  # noqa: E402
from generation.engine.llm.matching.ratios import is_near  # noqa: E402
from generation.engine.llm.matching.runs import RunIndex  # noqa: E402
from generation.engine.llm.texts.corpus import Corpus  # noqa: E402
from generation.engine.llm.texts.labels import LabelClassifier  # noqa: E402
from generation.engine.llm.texts.model import PhraseModel, fit_phrases  # noqa: E402
from generation.engine.llm.texts.ranking import Trigrams  # noqa: E402
from generation.engine.llm.texts.slots import filled, slotted  # noqa: E402
from generation.engine.llm.texts.support import holders_of_runs, supported  # noqa: E402
from generation.engine.llm.texts.words import Words, plain, spoken, text_of  # noqa: E402
from generation.engine.llm.texts.writing import DIAL, even_quotas, write  # noqa: E402
from generation.engine.pii.entities import CRF, LIGHT  # noqa: E402
from generation.engine.progress import silent  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "text" / "banking77.csv"
LONGEST = 45
EDGES: Words = ("\n",) * 3

Row = dict[str, float]


def halves(corpus: Corpus, seed: int) -> tuple[Corpus, Corpus]:
    """(source, holdout): of each label one half, at random."""
    rng, sides = np.random.default_rng([seed, 77]), ([], [])
    for label in corpus.classes:
        places = rng.permutation([place for place, own in enumerate(corpus.labels) if own == label]).tolist()
        sides[0].extend(places[: len(places) // 2])
        sides[1].extend(places[len(places) // 2 :])
    return corpus.take(sorted(sides[0])), corpus.take(sorted(sides[1]))


def balanced(corpus: Corpus, count: int, seed: int) -> Corpus:
    """About `count` texts, as many of each label as there are."""
    quotas, taken = even_quotas(corpus.classes, count), []
    for place in np.random.default_rng([seed, 78]).permutation(len(corpus)).tolist():
        if quotas[corpus.labels[place]]:
            quotas[corpus.labels[place]] -= 1
            taken.append(place)
    return corpus.take(sorted(taken))


def by_phrases(model: PhraseModel, count: int, seed: int, setting: str = "widest") -> Corpus:
    """Texts of the phrase grammar, slots filled."""
    draft = write(model, even_quotas(list(model.grammars), count), seed, keep=DIAL[setting])
    for shortfall in draft.shortfalls:
        print(shortfall.sentence, file=sys.stderr)
    return Corpus.of(filled(draft.texts, seed), draft.labels)


def by_chain(source: Corpus, count: int, seed: int, k: int) -> Corpus:
    """An n-gram chain per label: what followed three words; with k > 1 the longest context that k texts share."""
    rng, texts, labels = np.random.default_rng([seed, k]), [], []
    for label, wanted in even_quotas(source.classes, count).items():
        walks = _chain(source.of_label(label), k, rng)
        for _ in range(wanted):
            texts.append(text_of(next(walks)))
            labels.append(label)
    return Corpus.of(texts, labels)


def _chain(texts: Corpus, k: int, rng: np.random.Generator) -> Iterator[Words]:
    after = _followers(texts, k)
    while True:
        said = EDGES
        while len(said) < LONGEST + len(EDGES):
            contexts = (said[len(said) - size :] for size in (3, 2, 1, 0))
            context = next(context for context in contexts if context in after)
            word = after[context][rng.integers(len(after[context]))]
            if word == EDGES[0]:
                break
            said += (word,)
        if len(said) > len(EDGES):
            yield said[len(EDGES) :]


def _followers(texts: Corpus, k: int) -> dict[Words, list[str]]:
    """What followed three words; with k > 1 also what followed fewer, where k texts share it all."""
    padded = Corpus.of(texts.texts)
    padded.__dict__["words"] = tuple((*EDGES, *words, EDGES[0]) for words in texts.words)
    known = supported(holders_of_runs(padded, range(2, 5)), k)
    after: defaultdict[Words, list[str]] = defaultdict(list)
    for words in padded.words:
        for at in range(3, len(words)):
            for start in range(at - 3, at + 1 if k > 1 else at - 2):
                if k == 1 or start == at or words[start : at + 1] in known:
                    after[words[start:at]].append(words[at])
    return after


def by_gru(source: Corpus, count: int, seed: int) -> Corpus:
    """A recurrent network that learned texts with their label before them, sampled word by word."""
    import torch

    from generation.engine.llm.texts.gru import EDGE, UNKNOWN, GruRanker

    marks = {label: f"<label_{chr(97 + at // 26)}{chr(97 + at % 26)}>" for at, label in enumerate(source.classes)}
    told = [f"{marks[label]} {text}" for text, label in zip(source.texts, source.labels, strict=True)]
    ranker = GruRanker.fit(Corpus.of(told), seed, silent)
    words = {number: word for word, number in ranker.numbers.items()}
    torch.manual_seed(seed)
    network, texts, labels = ranker.network, [], []
    for label, wanted in even_quotas(source.classes, count).items():
        rows = torch.tensor([[EDGE, ranker.numbers[marks[label]]]] * wanted)
        with torch.no_grad():
            for _ in range(LONGEST):
                hidden, _state = network.recurrent(network.embedding(rows))
                chances = torch.softmax(network.output(hidden[:, -1]), dim=1)
                chances[:, [0, UNKNOWN]] = 0
                rows = torch.cat([rows, torch.multinomial(chances, 1)], dim=1)
        for row in rows[:, 2:].tolist():
            end = row.index(EDGE) if EDGE in row else len(row)
            texts.append(text_of([words[number] for number in row[:end]]) or "?")
            labels.append(label)
    return Corpus.of(texts, labels)


def teaches(texts: Corpus, holdout: Corpus) -> float:
    """TSTR: accuracy on the holdout."""
    classifier = LabelClassifier.fit(texts.texts, texts.labels)
    return float((classifier.predict(holdout.texts) == np.array(holdout.labels)).mean()) if classifier else 0.0


def found_in(source: Corpus, texts: Corpus) -> Row:
    """Shares of texts that the source holds, nearly holds, or shares eight words in a row with."""
    known = list(dict.fromkeys(map(plain, source.words)))
    all_known, bare = set(known), list(map(plain, texts.words))
    runs = RunIndex.of(map(spoken, source.words)).longest(list(map(spoken, texts.words)))
    return {
        "verbatim": sum(text in all_known for text in bare) / len(bare),
        "near": float(is_near(bare, known).mean()),
        "run": float((runs >= 8).mean()),
    }


def row_of(texts: Corpus, source: Corpus, holdout: Corpus, judge: Trigrams, beside: Row) -> Row:
    """Everything that is told of one writer's texts."""
    words = list(map(spoken, texts.words))
    found = found_in(source, texts)
    excess = {f"{name}_excess": found[name] - beside[name] for name in found}
    return {
        "texts": len(texts),
        "tstr": teaches(texts, holdout),
        **found,
        **excess,
        "verbatim_holdout": found_in(holdout, texts)["verbatim"],
        "distinct_2": distinct_2(words),
        "self_bleu": self_bleu(words),
        "compression": compression(words),
        "bits_per_word": -float(judge.scores(texts.words).mean()),
    }


def writers(source: Corpus, model: PhraseModel, args: argparse.Namespace) -> dict[str, Callable[[], Corpus]]:
    """Every writer by name."""
    rows, seed = args.rows, 0
    found: dict[str, Callable[[], Corpus]] = {
        f"phrases ({setting})": lambda setting=setting: by_phrases(model, rows, seed, setting) for setting in DIAL
    }
    found["markov_3"] = lambda: by_chain(source, rows, seed, 1)
    found["backoff"] = lambda: by_chain(source, rows, seed, args.k)
    if not args.no_gru:
        found["gru"] = lambda: by_gru(source, rows, seed)
    return found


def compared(corpus: Corpus, args: argparse.Namespace) -> dict[str, Row]:
    """All writers on the split of seed 0, and real texts against the rest of the holdout."""
    source, holdout = halves(corpus, 0)
    apart, rest = halves(holdout, 1)
    model = fit_phrases(slotted(source, args.k, layers=LIGHT | {CRF}), k=args.k, ranker=args.ranker)
    judge, beside = Trigrams.of(rest, 1), found_in(source, holdout)
    found = {"real": row_of(balanced(apart, args.rows, 0), source, rest, judge, beside)}
    for name, written in writers(source, model, args).items():
        began = time.perf_counter()
        texts = written()
        found[name] = {"seconds": time.perf_counter() - began, **row_of(texts, source, holdout, judge, beside)}
        print(line_of(name, found[name]), file=sys.stderr)
    if args.sheet:
        write_sheet(args.sheet, apart, model)
    return found


def line_of(name: str, row: Row) -> str:
    told = ("tstr", "verbatim", "near", "run", "distinct_2", "self_bleu", "compression", "bits_per_word")
    return f"{name:22}" + "  ".join(f"{key} {row[key]:.3f}" for key in told)


def over_seeds(corpus: Corpus, args: argparse.Namespace) -> dict[str, Any]:
    """The phrase grammar at "widest" and real texts, a split a seed."""
    runs = [_one_seed(corpus, seed, args) for seed in range(args.seeds)]
    means = {name: mean(run[name] for run in runs) for name in runs[0]}
    return {**means, "seeds": args.seeds, "each": runs}


def _one_seed(corpus: Corpus, seed: int, args: argparse.Namespace) -> Row:
    source, holdout = halves(corpus, seed)
    began = time.perf_counter()
    model = fit_phrases(slotted(source, args.k, layers=LIGHT | {CRF}), k=args.k, ranker=args.ranker, seed=seed)
    texts = by_phrases(model, args.rows, seed)
    seconds = time.perf_counter() - began
    more = by_phrases(model, args.more, seed)
    beside, found = found_in(source, holdout), found_in(source, texts)
    row = {
        f"tstr_{args.rows}": teaches(texts, holdout),
        f"tstr_real_{args.rows}": teaches(balanced(source, args.rows, seed), holdout),
        f"tstr_{args.more}": teaches(more, holdout),
        "verbatim": found["verbatim"],
        **{f"{name}_excess": found[name] - beside[name] for name in ("near", "run")},
        "written": len(texts),
        "seconds": seconds,
    }
    print(f"seed {seed}: " + "  ".join(f"{name} {value:.3f}" for name, value in row.items()), file=sys.stderr)
    return row


def matching(corpus: Corpus, others: int = 100_000) -> Row:
    """How fast texts are looked up among `others`: the same texts, their words in another order after the first."""
    rng = np.random.default_rng(3)
    words = [spoken(words) for words in corpus.words]
    shuffled = [tuple(rng.permutation(words[place % len(words)]).tolist()) for place in range(others - len(words))]
    references = [*words, *shuffled]
    began = time.perf_counter()
    index, known = RunIndex.of(references), frozenset(map(" ".join, references))
    made = time.perf_counter()
    found = index.longest(words)
    copies = sum(" ".join(text) in known for text in words)
    seconds = time.perf_counter() - made
    return {
        "others": others,
        "index_seconds": made - began,
        "per_second": len(words) / seconds,
        "copies": copies,
        "runs": int((found >= 8).sum()),
    }


def write_sheet(path: Path, real: Corpus, model: PhraseModel, each: int = 20) -> None:
    """Texts in one shuffled list for people to judge, and beside it the file that says where each came from."""
    rng = np.random.default_rng(9)
    rows = [("real", real.texts[place]) for place in rng.choice(len(real), each, replace=False).tolist()]
    for setting in DIAL:
        texts = by_phrases(model, 10 * each, 9, setting).texts
        rows += [(setting, texts[place]) for place in rng.choice(len(texts), each, replace=False).tolist()]
    shuffled = [rows[place] for place in rng.permutation(len(rows)).tolist()]
    for name, column in ((path, 1), (path.with_suffix(".key.csv"), 0)):
        with name.open("w", newline="") as file:
            csv.writer(file).writerows([[at, row[column]] for at, row in enumerate(shuffled, start=1)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="category")
    parser.add_argument("--json")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--more", type=int, default=3850)
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--ranker", choices=("trigram", "gru"), default="trigram")
    parser.add_argument("--no-gru", action="store_true")
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    with args.data.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    corpus = Corpus.of([row[args.text] for row in rows], [row[args.label] for row in rows])
    found = over_seeds(corpus, args)
    found["writers"] = compared(corpus, args)
    bits = {name: row["bits_per_word"] for name, row in found["writers"].items()}
    found["readability"] = {"people": None, "n": 0, "bits_per_word": bits}
    found["matching"] = matching(corpus)
    told = json.dumps(found, indent=1)
    if args.json and args.json != "-":
        Path(args.json).write_text(told)
    else:
        print(told)


if __name__ == "__main__":
    main()
