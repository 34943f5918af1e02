"""How words are written inside a sentence: told from the source, for the grammar knows them in small letters alone.

Truecasing by the form that most people use (Lita, Ittycheriah, Roukos and Kambhatla, "tRuEcasIng", ACL 2003, its
baseline), where k people use it: a capital of one person's own would tell of them.
"""

from __future__ import annotations

from collections import defaultdict

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.words import inside_sentences, written


def casing_of(corpus: Corpus, k: int) -> dict[str, str]:
    """By word in small letters the form that most holders write inside a sentence, where k do and it is another one."""
    holders: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for text, holder in zip(corpus.texts, corpus.holders, strict=True):
        for form in inside_sentences(written(text)):
            holders[form.lower()][form].add(holder)
    found = {}
    for word, forms in holders.items():
        form = max(sorted(forms, reverse=True), key=lambda form: len(forms[form]))
        if form != word and len(forms[form]) >= k:
            found[word] = form
    return found
