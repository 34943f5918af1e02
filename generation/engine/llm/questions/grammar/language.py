"""Which language a text is in, told by its function words: what is not English has no English grammar."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from generation.engine.llm.documents.document import BlockKind
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.grammar.words import STOP_WORDS
from generation.engine.pii.entities import word_set

ENGLISH, OTHER, UNSURE = "en", "other", ""
_FEWEST_WORDS = 8
# Prose has a function word in every second or third place; names and figures alone have fewer.
_FEWEST_OF_ENGLISH, _FEWEST_OF_OTHERS = 0.1, 0.15
_FEWEST_FOUND = 2
_WORD = re.compile(r"[^\W\d_]+")
FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    ENGLISH: frozenset(STOP_WORDS),
    "de": word_set(
        """der die das den dem des ein eine einen einem einer und oder nicht ist sind war wird werden wurde mit von
        zu zum zur auf für im bei nach aus über unter als auch wenn dass sich es sie wir ihr kann muss müssen
        darf dürfen soll sollen höchstens mindestens
        durch nur noch vor bis am um"""
    ),
    "fr": word_set(
        """le la les un une des du de et ou est sont était dans en pour par sur avec sans que qui ne pas plus au aux ce
        cette ces il elle ils elles nous vous leur se son sa ses être doit peut"""
    ),
    "es": word_set(
        """el la los las un una unos unas de del y o es son fue en para por con sin que no más al se su sus como lo le
        este esta ser debe puede entre hasta"""
    ),
    "it": word_set(
        """il lo la i gli le un uno una di del della dei delle e o è sono era in per con senza che non più al alla si
        suo sua come questo questa da dal nel nella deve può essere"""
    ),
    "pt": word_set(
        """o a os as um uma de do da dos das e ou é são foi em no na para por com sem que não mais ao se seu sua como
        este esta ser deve pode até"""
    ),
    "nl": word_set(
        """de het een en of is zijn was wordt worden met van te op voor in bij naar uit over onder als ook niet dat die
        er zich hij zij wij kan moet door maar nog om aan"""
    ),
    "pl": word_set("i w z na do nie się jest są to że o po za od przez dla oraz lub jako który która które może"),
    "sv": word_set("och i att det som en på är av för med till den har inte om ett men var sig så från kan ska eller"),
    "da": word_set("og i at det som en på er af for med til den har ikke om et men var sig så fra kan skal eller"),
    "cs": word_set("a v na se je s z do že o k za pro od po jsou nebo jako který která které být může podle"),
}


def language_of(text: str) -> str:
    """The language with most function words in a text; OTHER where it is none of these, UNSURE where it is too short.

    Of equals English counts.
    """
    words = _WORD.findall(text.lower())
    if sum(letter.isascii() for letter in "".join(words)) * 2 < len("".join(words)):
        return OTHER
    counts = {name: sum(word in known for word in words) for name, known in FUNCTION_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    share = _FEWEST_OF_ENGLISH if best == ENGLISH else _FEWEST_OF_OTHERS
    if counts[best] >= max(_FEWEST_FOUND, share * len(words)):
        return best
    has_accents = not "".join(words).isascii() and not counts[ENGLISH]
    return UNSURE if len(words) < _FEWEST_WORDS and not has_accents else OTHER


def is_foreign(text: str) -> bool:
    """Whether a text is surely in another language; names alone are in none."""
    return language_of(text) not in (ENGLISH, UNSURE, OTHER)


def foreign(passages: Sequence[Passage]) -> dict[str, str]:
    """The passages that are not English, by id, with the language of each; where one says too little, its document
    decides."""
    texts: dict[str, list[str]] = defaultdict(list)
    for passage in passages:
        texts[passage.document].append(passage.text)
    whole = {document: language_of(" ".join(own)) for document, own in texts.items()}
    return {
        passage.id: _language_in(passage, whole[passage.document])
        for passage in passages
        if _is_foreign(passage, whole[passage.document])
    }


def _language_in(passage: Passage, whole: str) -> str:
    own = language_of(_prose(passage))
    return whole if own in (UNSURE, OTHER) else own


def _is_foreign(passage: Passage, whole: str) -> bool:
    """Whether a passage is not English; many names and few other words say nothing in a document that is."""
    prose = _prose(passage)
    own = language_of(prose)
    if not prose and whole == OTHER and passage.text.isascii():
        return False  # a document of tables: names and figures are in no language
    return (whole if own in (UNSURE, OTHER) and whole != UNSURE else own) not in (ENGLISH, UNSURE)


def _prose(passage: Passage) -> str:
    """The paragraphs: labels and names in lists and tables have few function words in any language."""
    return " ".join(block.text for block in passage.blocks if block.kind is BlockKind.PARAGRAPH)
