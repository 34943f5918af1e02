"""Street addresses in the orders and street words of several languages. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.pii.entities import ADDRESS, Span, word_set
from generation.engine.pii.patterns.reading import Reading

_NAME = r"[^\W\d_][\w'’.-]*"
_HOUSE = r"\d{1,5}(?:\s?[a-z](?![a-z])|\s\d/\d)?(?:\s?[-/]\s?\d{1,4}[a-z]?)?"
_UNIT_WORD = r"(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|studio)\b\.?"
_UNIT = rf"(?:[\s,]+(?:{_UNIT_WORD}\s*#?\s*(?:\d+\s?[a-z]?|[a-z]\d*)\b|\#\s?\d+[a-z]?))"
# After the name: "12 Long Acre Lane". The short ones are read as street words only here, after a number and a name.
_AFTER_WORDS = word_set(
    """
    street st str avenue ave av road rd boulevard blvd lane ln drive dr court ct way place pl square sq terrace ter
    highway hwy parkway pkwy circle cir close crescent cres grove garden gardens row mews walk walks trail trl alley
    plaza loop hill hills heights ridge run pike turnpike expressway freeway route path point park view bend creek
    crossing quay esplanade parade strasse straße strase gasse weg allee platz laan straat plein gatan vägen vej gade
    gata utca
    """
)
_BEFORE_WORDS = word_set(
    """
    rue avenue boulevard bd blvd chemin allée allee impasse quai cours place calle c avenida avda avd av paseo plaza
    carrera cra camino ronda via viale vle piazza corso vicolo rua r travessa praça praca estrada largo ulica ul aleja
    al plac osiedle os strada str bulevardul jalan jl am der zum zur im
    """
)
_OTHER_WORDS = word_set("box apt apartment suite ste postfach apartado boîte boite pobox")
_ENDINGS = (
    *(
        "straße",
        "strasse",
        "strase",
        "str",
        "gasse",
        "weg",
        "platz",
        "allee",
        "ring",
        "damm",
        "ufer",
        "steig",
        "straat",
    ),
    *("laan", "plein", "gracht", "kade", "dijk", "singel", "gatan", "vägen", "vagen", "gränd", "grand", "vej", "gade"),
    *("veien", "gata", "vei", "katu", "tie", "kuja", "utca"),
)
_ANY_WORD = _AFTER_WORDS | _BEFORE_WORDS | _OTHER_WORDS
_AFTER = f"(?:{'|'.join(sorted(_AFTER_WORDS, key=len, reverse=True))})"
_BEFORE = rf"(?:c/|an der|auf der|{'|'.join(sorted(_BEFORE_WORDS - {'c', 'r', 'der'}, key=len, reverse=True))}|r\.)"
_COMPOUND = f"(?:{'|'.join(_ENDINGS)})\\.?"
_LINK = r"(?:\s+|\s*,\s*)"
_STREETS = re.compile(
    rf"(?i)(?<![\w#./-])(?<![$€£]){_HOUSE}{_LINK}(?:(?:{_NAME}|\d{{1,3}}(?:st|nd|rd|th))\s+){{0,4}}?"
    rf"(?:\d{{1,3}}(?:st|nd|rd|th)\s+|{_NAME}\s+){_AFTER}\b\.?(?:\s+(?:north|south|east|west|[ns][ew]?|e|w)\b\.?)?{_UNIT}?"
    rf"|(?<!\w)(?:(?-i:[A-ZÀ-Þ])[^\W\d_]*[\s-]){{0,2}}[^\W\d_]{{2,}}{_COMPOUND}\s+\d{{1,4}}\s?(?:[a-z]\b)?"
    rf"|(?<![\w#./-])\d{{1,4}}(?:\s?(?:bis|ter|[a-z]))?,?\s+{_BEFORE}\b\.?\s+{_NAME}(?:\s+{_NAME}){{0,4}}"
    rf"|(?<!\w){_BEFORE}\b\.?\s+(?:{_NAME}\s+){{0,4}}{_NAME}{_LINK}(?:n[°ºo.]*\s*|nr\.?\s*)?\d{{1,4}}(?:\s?[a-z]\b)?(?:/\d+)?\b"
)
_BOXES = re.compile(
    r"(?i)\b(?:p\.?\s?o\.?\s?box|post(?:al)?\s?box|postfach|apartado|bo[îi]te postale|psc\s+\d+,?\s*box)\s*#?\s*"
    r"\d{1,6}\b"
    r"|\b(?:apt|apartment|suite|ste)\b\.?\s*#?\s*(?:\d+\s?[a-z]?|[a-z]\d+)\b"
)
# In other letters: Russian and Ukrainian, Greek, Japanese, Chinese, Korean, Arabic, Hebrew.
_OTHER_LETTERS = re.compile(r"[\u0370-\u04ff\u0590-\u06ff\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_CYRILLIC_NAME = r"[А-ЯЁІЇЄҐ0-9][\w-]*(?:\s[А-ЯЁІЇЄҐ][\w-]*){0,2}"
# Verbs and prepositions that lead up to an address are none of it.
_CHINESE_SIGN = "(?:(?![寄到在至于往是请和送住])[一-鿿])"
_OTHER_STREETS = re.compile(
    r"(?<!\w)(?:ул\.|улица|улице|вул\.|вулиця|пр-т|пр\.|проспект|просп\.|пер\.|переулок|бульвар|б-р|шоссе|наб\.|набережная)\s*"
    rf"{_CYRILLIC_NAME},?\s*(?:д\.?\s*|дом\s*|буд\.?\s*)?\d+[а-я]?(?:/\d+)?(?:,?\s*(?:корп|стр|к)\.?\s*\d+)?(?:,?\s*кв\.?\s*\d+)?"
    r"|(?<!\w)(?:οδός|οδού|λεωφόρος|λεωφ\.|λ\.)\s+[Α-ΩΆ-Ώ][\w.]*(?:\s[Α-ΩΆ-Ώ][\w.]*)?,?\s*\d{1,4}\w?"
    rf"|(?:{_CHINESE_SIGN}{{2,3}}[都道府県])?(?:{_CHINESE_SIGN}|[ァ-ヶ]){{1,6}}[市区町村郡]"
    r"(?:[一-鿿ぁ-んァ-ヶー]{0,10})\d{1,4}(?:[-－‐ー]\d{1,4}|丁目|番地?|号){1,6}(?:\d{1,4}[-－‐号室]*)*"
    rf"|(?:{_CHINESE_SIGN}{{2,3}}?(?:省|自治区))?(?:{_CHINESE_SIGN}{{2,4}}?(?:市|区|县|镇)){{0,3}}{_CHINESE_SIGN}{{1,6}}"
    r"(?:路|街|大道|巷|胡同|弄)\d{1,5}[号號弄](?:\d{1,4}(?:号楼|栋|幢|座|单元|室|楼))*"
    r"|(?:[가-힣]+(?:시|도)\s)?(?:[가-힣]+[시군구]\s){1,2}[가-힣\d]+(?:로|길|동)\s?\d+(?:-\d+)?(?:번지)?"
    r"|(?<!\w)شارع\s+\w+(?:\s\w+)?[\s،,]*(?:رقم\s*)?\d{1,5}"
    r"|(?<!\w)(?:רחוב|רח['׳])\s+[\w\"']+(?:\s[\w\"']+)?\s+\d{1,4}",
    re.IGNORECASE,
)
# A street word before a number that is an ordinary word as well, such as "via" or "am", speaks only before a capital.
_DOUBLE = re.compile(
    r"(?:am|an der|auf der|zum|zur|im|via|al|os|place|str|ul|r\.|cours|place|largo|plac|av)\b\.?\s", re.IGNORECASE
)
_SENTENCE = word_set(
    """
    is are was were am be been the this that these those it its my your our their his her i you we they he she
    in on at to from with without for by as and or but if when while because so than then there here how what
    which who why not no yes can could will would should may might must do does did have has had get got make
    made want need please pay paid payment times days weeks months years hours minutes seconds people items
    percent more less only just about after before into over under again any all some other
    """
)


def find_addresses(reading: Reading) -> Iterator[Span]:
    """Spans of street addresses, units and boxes."""
    text = reading.text
    if reading.has_digit and _OTHER_LETTERS.search(text):
        yield from (Span(ADDRESS, match.start(), match.end(), 0.7) for match in _OTHER_STREETS.finditer(text))
    if not reading.has_digit or not (reading.has(_ANY_WORD) or any(word.endswith(_ENDINGS) for word in reading.words)):
        return
    for match in _STREETS.finditer(text):
        if _is_street(match.group()):
            yield Span(ADDRESS, match.start(), match.end(), 0.7)
    for match in _BOXES.finditer(text):
        yield Span(ADDRESS, match.start(), match.end(), 0.7)


def _is_street(found: str) -> bool:
    """Whether it is no sentence: "3 times in a way", "via chat 24"."""
    words = [word for word in re.findall(r"[^\W\d_]+", found.casefold()) if len(word) > 1]
    if _DOUBLE.match(found) and not re.search(r"\s[^\W\d_a-zà-ÿ]", found):
        return False
    return not _SENTENCE.intersection(words[:-1])
