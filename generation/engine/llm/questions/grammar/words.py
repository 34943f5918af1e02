"""Words that the wording of questions knows: who is a person, other words for verbs, and what carries no meaning."""

from __future__ import annotations

import re

from generation.engine.pii.entities import word_set

PERSONS = word_set(
    """
    person man woman boy girl child adult employee employer worker customer client user agent member manager
    leader president king queen emperor empress prince princess player coach captain actor actress singer
    musician artist author writer poet scientist physicist chemist mathematician engineer inventor explorer
    general soldier officer minister chancellor governor mayor senator judge lawyer doctor physician nurse
    teacher professor student pupil priest bishop pope monk philosopher historian architect director producer
    composer painter founder owner chairman chair chief supervisor auditor steward administrator applicant
    candidate patient passenger driver pilot citizen resident farmer merchant trader investor shareholder guest
    visitor tenant landlord buyer seller supplier contractor lead head critic journalist editor linebacker
    quarterback champion winner rival ally critic
    """
)
# Base forms only: they stand where a question has "did", "does" or a modal before the verb.
OTHER_VERBS = dict(
    pair.split(":")
    for pair in word_set(
        """
    build:construct use:employ begin:start start:begin buy:purchase obtain:acquire show:demonstrate help:assist
    need:require require:need keep:retain give:provide provide:supply allow:permit permit:allow end:finish
    choose:select select:choose change:alter receive:get contain:include include:contain increase:raise
    reduce:lower defeat:beat reject:refuse establish:create found:establish develop:devise discover:find
    destroy:ruin publish:issue prevent:stop attempt:try gather:collect collect:gather happen:occur occur:happen
    live:reside reside:live finish:complete complete:finish describe:depict explain:clarify possess:own
    attack:assault propose:suggest suggest:propose argue:claim claim:assert state:declare
    announce:declare appoint:name examine:study
    """
    )
)
STOP_WORDS = word_set(
    """
    a an and are as at be been being but by can could did do does for from had has have having he her his how i
    if in into is it its may me might more most must my no not of on one or our out over own shall she should so
    some such than that the their them then there these they this those through to under up was we were what
    when where which while who whom whose why will with would you your much many any each both between during
    before after about because said
    """
)
_ABBREVIATED_END = re.compile(
    r"(?:\b(?:[^\W\d_]\.\s?)+[^\W\d_]|\b(?:etc|ltd|inc|corp|jr|sr|usw|bzw|ggf|vgl|max|min|approx|incl|excl))\.$", re.I
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")


def without_full_stop(text: str) -> str:
    """The text without marks at its end; the full stop of an abbreviation, such as "p.m.", is a part of its word."""
    bare = text.rstrip(" ;,")
    return bare if _ABBREVIATED_END.search(bare) else bare.rstrip(" .;,")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return _WORD.findall(text.lower())


def content_words(text: str) -> set[str]:
    """The words of a text that carry its meaning, cut to their stems."""
    return {stem(word) for word in words_of(text) if word not in STOP_WORDS}


def stem(word: str) -> str:
    """A word without the commonest endings: enough to see that two forms are one word."""
    word = re.sub(r"['’]s?$", "", word)
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + kept
            break
    return word.rstrip("e") if len(word) > 3 else word


def third_person(lemma: str) -> str:
    """The form of a verb after he, she or it: goes, carries, has."""
    if lemma in ("have", "be", "do", "go"):
        return {"have": "has", "be": "is", "do": "does", "go": "goes"}[lemma]
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lemma) else "s")
