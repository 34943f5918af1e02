"""Conversations by the agenda simulator, beside other real ones, on dialogues of which half are hidden.

    python benchmarks/audits/conversations.py [--data ../shared/data/chat/sgd_dialogues.jsonl.gz]
                                              [--count 300] [--seeds 2] [--k 5] [--json FILE|-]

One half is the source, the other the holdout; each seed splits anew. Kinds of turns are the role and the names of its
acts. Figures:

- `distance`: act-bigram distance (total variation) of the conversations to the holdout, `between_halves` that of source
  and holdout, `ratio` the one over the other.
- `carried`, `carried_holdout`: share of act sequences that a source dialogue has, of the conversations and of the
  holdout; `excess` the difference.
- `single`: turns of more than five words, values as tags, that stand in one source dialogue alone.
- `agree`: share of conversations in which every kind of value is one throughout, but for the changes that were asked.
- `turns`, `turns_source`: turns a conversation. `seconds`: fitting and writing, wall clock, one process.

None of it says whether the conversations read well: that is for people at the desk to say.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from generation.engine.llm.conversations.conversation import Conversation  # noqa: E402
from generation.engine.llm.conversations.likeness import act_bigram_distance, sequences_found  # noqa: E402
from generation.engine.llm.conversations.masking import masked  # noqa: E402
from generation.engine.llm.conversations.simulator import Simulated, fit_simulator, simulate  # noqa: E402
from generation.engine.llm.sources.chat import read_conversations  # noqa: E402
from generation.engine.llm.texts.words import plain, words_of  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "chat" / "sgd_dialogues.jsonl.gz"


def measured(found: Sequence[Conversation], seed: int, count: int, k: int) -> dict[str, float]:
    """The figures of one split."""
    order = np.random.default_rng([seed, 41]).permutation(len(found)).tolist()
    source, holdout = ([found[place] for place in half] for half in (order[::2], order[1::2]))
    began = time.perf_counter()
    talks = simulate(fit_simulator(source, k=k, seed=seed), count, seed)
    seconds = time.perf_counter() - began
    made = talks.conversations
    distance, between = act_bigram_distance(made, holdout), act_bigram_distance(source, holdout)
    carried, beside = (sequences_found(side, source) / len(side) for side in (made, holdout))
    return {
        "written": len(made),
        "distance": distance,
        "between_halves": between,
        "ratio": distance / between,
        "carried": carried,
        "carried_holdout": beside,
        "excess": carried - beside,
        "single": singles(made, source),
        "agree": mean(agrees(one) for one in talks.simulated),
        "turns": mean(len(one.turns) for one in made),
        "turns_source": mean(len(one.turns) for one in source),
        "seconds": seconds,
    }


def agrees(one: Simulated) -> bool:
    """Whether each kind of value is one throughout, and one more for each change."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    for kind, value in one.spoken:
        values[kind].add(value)
    return all(len(said) <= 1 + one.changes for said in values.values())


def singles(made: Sequence[Conversation], source: Sequence[Conversation]) -> int:
    """Turns of over five words and tags that one source dialogue alone has."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for one in source:
        for turn in one.turns:
            holders[plain(words_of(masked(turn.text)))].add(one.id)
    said = (plain(words_of(masked(turn.text))) for one in made for turn in one.turns)
    return sum(len(text.split()) > 5 and len(holders.get(text, ())) == 1 for text in said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--json")
    args = parser.parse_args()
    opened = gzip.open if args.data.suffix == ".gz" else open
    with opened(args.data, "rt", encoding="utf-8") as file:
        found = read_conversations(file.read())
    runs = [measured(found, seed, args.count, args.k) for seed in range(args.seeds)]
    told = json.dumps({**{name: mean(run[name] for run in runs) for name in runs[0]}, "each": runs}, indent=1)
    if args.json and args.json != "-":
        Path(args.json).write_text(told)
    else:
        print(told)


if __name__ == "__main__":
    main()
