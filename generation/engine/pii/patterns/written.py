"""Dates in words, ages, titles, postal codes and points on a map. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.pii.entities import AGE, COORDINATES, DATE, POSTCODE, TITLE, Span, word_set
from generation.engine.pii.patterns.reading import Reading

_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin"
    r"|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre"
    r"|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)"
)
_MONTH = rf"{_MONTH_NAME}\b\.?"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_NUMBER = rf"(?:{_TENS}(?:[\s-]?{_ONES})?|{_TEENS}|{_ONES})"
_NTH = (
    r"(?:(?:twenty|thirty)[\s-]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth"
    r"|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth"
    r"|twentieth|thirtieth)"
)
_DAY = rf"(?:(?:3[01]|[12]\d|0?[1-9])(?:\s?(?:st|nd|rd|th)\b|\.|\b)|{_NTH}\b)"
_YEAR = rf"(?:(?:1[6-9]|20)\d\d\b|['’]\d\d\b|(?:nineteen|eighteen|twenty|two thousand)(?:[\s-](?:and\s)?{_NUMBER})\b)"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+(?:the\s+)?)?"
_DATES = re.compile(
    rf"(?i)\b{_WEEKDAY}{_MONTH}[\s,-]*(?:the\s+)?{_DAY}(?!\s*%)(?:(?:\s*,\s*|\s+(?:of\s+|in\s+)?){_YEAR})?"
    rf"|\b{_WEEKDAY}{_DAY}[\s-]*(?:of\s+|de\s+)?{_MONTH}(?:(?:\s*,\s*|[\s-]+(?:of\s+|de\s+)?){_YEAR})?"
    rf"|\b{_MONTH}(?:\s*,\s*|\s+(?:of\s+|in\s+)?){_YEAR}"
    rf"|\b(?:3[01]|[12]\d|0?[1-9])[/.-]?{_MONTH_NAME}[/.-]?(?:(?:1[89]|20)\d\d|['’]?\d\d)\b"
)
_YEARS_ALONE = re.compile(
    r"(?i)\b(?:born|birth|b\.|née?|dob|geboren|since|in|of|year)\s*(?:in|:|the year)?\s+"
    r"(?P<year>(?:19|20)\d\d)\b(?![-/.]\d)"
)
_MONTH_WORDS = word_set(
    """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet
    août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre
    noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    """
)
_YEAR_AFTER = word_set("born birth b née ne dob geboren since in of year")
_YEARS = (
    r"(?:(?:\s*and a half)?[\s-]*(?:years?|yrs?|months?|weeks?)[\s-]*(?:old\b|of age\b)|\s*-?\s*(?:yo\b|y/o\b|y\.o\.))"
)
_OLD = re.compile(rf"(?i)\b(?P<old>1[01]\d|\d{{1,2}}|{_NUMBER})(?={_YEARS})")
_AGED = re.compile(
    rf"(?i)\b(?:aged?|age\s*(?:is|was|of|:|=)|turn(?:s|ed|ing)?|at the age of)\s*"
    rf"(?P<aged>1[01]\d|\d{{1,2}}|{_NUMBER})\b"
    r"(?![\d.,:/%-]*\d|\s*(?:%|days?|hours?|minutes?|weeks?|percent|euros?|dollars?|pounds?|am\b|pm\b))"
)
_IS = re.compile(
    r"(?i)\b(?:i['’]?m|i am|(?:s?he|who) is|s?he['’]s)\s+(?P<am>1[01]\d|[1-9]\d)"
    r"(?=\s*(?:[.,;!?]|$|and\b|but\b|now\b|already\b))"
)
_BETWEEN_COMMAS = re.compile(r", (?P<after>1[01]\d|[1-9]\d)(?=, (?P<next>[a-z]+))")
_AFTER_AGE = word_set("of from who a an said says was is has lives")
_OLD_WORDS = word_set("old age yo y")
_AGED_WORDS = word_set("aged age turn turns turned turning")
_IS_WORDS = word_set("m am im he she who")
_COUNT_WORDS = word_set(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety
    """
)
_TITLE_WORDS = word_set(
    """
    mr mrs ms mx dr prof mme mlle rev hon capt sgt lt col gen sra dra drs ing professor doctor madame monsieur señor
    señora señorita signor signora herr frau messrs m sr fr miss sir lady lord madam
    """
)
_TITLES = re.compile(
    r"(?i:\b(?:mr|mrs|ms|mx|dr|prof|mme|mlle|rev|hon|capt|sgt|lt|col|gen|sra|dra|drs|ing|professor|doctor|madame|monsieur"
    r"|señora?|señorita|signora?|herr|frau|messrs)\b\.?)(?=\s+[^\W\d_])|\b(?:M|Sr|Fr|Miss|Sir|Lady|Lord|Madam)\b\.?(?=\s+[^\W\d_a-z])"
)
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AE AP AA"
)
_ANNOUNCED_CODE = (
    r"\b(?:zip(?:\s?code)?|post(?:al)?\s?code|plz|postleitzahl|code postal|c[óo]digo postal|cap|pin\s?code)"
    r"(?:\s+(?:is|was|number|of))*\s*[:=#]?\s*"
)
_CODES_SAID = re.compile(rf"(?i){_ANNOUNCED_CODE}(?P<said>(?=[a-z0-9 -]*\d)[a-z0-9]{{3,5}}(?:[ -]?[a-z0-9]{{2,4}})?)\b")
_CODES_US = re.compile(
    rf"(?i)\b(?:{_STATES.replace(' ', '|')})\b[.,]?\s{{1,5}}(?P<us>\d{{5}}(?:-\d{{4}})?)\b"
    r"(?!\s*(?:dollars|usd|euros?|%))"
)
_CODES_MIXED = re.compile(
    r"\b(?P<uk>(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[a-z]{1,2}\d[a-z\d]?\s\d[abd-hjlnp-uw-z]{2}))\b"
    r"|\b(?P<ca>[A-CEGHJ-NPR-TVXYa-ceghj-npr-tvxy]\d[A-Za-z][ -]?\d[A-Za-z]\d)\b"
)
# Behind the mark or the word of countries whose words have no spaces.
_CODES_MARKED = re.compile(
    r"(?:〒|郵便番号[:：]?|邮编[:：]?|邮政编码[:：]?|우편번호[:：]?)\s*(?P<marked>\d{3}-?\d{4}|\d{5,6})(?!\d)"
)
# A line of five digits is a postal code under other lines of an address, and any number alone.
_CODES_IN_LINE = re.compile(r"(?m)^[ \t]*(?P<line>\d{5}(?:-\d{4})?)[ \t]*$")
# Latitude and longitude to a hundred metres or closer: where somebody lives.
_POINTS = re.compile(
    r"(?<![\w.])[-+]?(?:90|[1-8]?\d)\.\d{3,15}°?\s?[NS]?\s?[,;/ ]\s?[-+]?(?:180|1[0-7]\d|\d?\d)\.\d{3,15}(?![\w.]*\d)"
    r"(?:°?\s?[EWO]\b)?"
)
_POINT_DIGITS = 8
_FIVE_DIGITS = re.compile(r"\d{5}")
_CODE_WORDS = word_set("zip zipcode post postal postcode plz postleitzahl cap pin pincode")


def find_written(reading: Reading) -> Iterator[Span]:
    """Spans of dates in words, ages, titles before a name, postal codes and points; they may overlap others."""
    text, has_digit = reading.text, reading.has_digit
    if reading.has(_MONTH_WORDS):
        yield from _named(_DATES, text, DATE, 0.6)
    if has_digit and reading.has(_YEAR_AFTER):
        yield from _named(_YEARS_ALONE, text, DATE, 0.6)
    yield from _find_ages(reading)
    if reading.has(_TITLE_WORDS):
        yield from _named(_TITLES, text, TITLE, 0.5)
    if has_digit:
        yield from _find_codes(reading)
    if reading.digits >= _POINT_DIGITS and text.count(".") > 1:
        yield from _named(_POINTS, text, COORDINATES, 0.7)


def _find_codes(reading: Reading) -> Iterator[Span]:
    text = reading.text
    if reading.has(_CODE_WORDS):
        yield from _named(_CODES_SAID, text, POSTCODE, 0.6)
    if _FIVE_DIGITS.search(text):
        yield from _named(_CODES_US, text, POSTCODE, 0.6)
        if "\n" in text.strip():
            yield from _named(_CODES_IN_LINE, text, POSTCODE, 0.6)
    if not text.isascii():
        yield from _named(_CODES_MARKED, text, POSTCODE, 0.8)
    yield from _named(_CODES_MIXED, text, POSTCODE, 0.6)


def _find_ages(reading: Reading) -> Iterator[Span]:
    text, has_digit = reading.text, reading.has_digit
    is_counted = has_digit or reading.has(_COUNT_WORDS)
    if is_counted and reading.has(_OLD_WORDS):
        yield from _named(_OLD, text, AGE, 0.6)
    if is_counted and reading.has(_AGED_WORDS):
        yield from _named(_AGED, text, AGE, 0.6)
    if has_digit and reading.has(_IS_WORDS):
        yield from _named(_IS, text, AGE, 0.6)
    if has_digit and ", " in text:
        for match in _BETWEEN_COMMAS.finditer(text):
            if match["next"] in _AFTER_AGE or _is_capital(text[: match.start()].rpartition(" ")[2]):
                yield Span(AGE, *match.span("after"), 0.6)


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word.isalpha()


def _named(pattern: re.Pattern[str], text: str, entity: str, score: float) -> Iterator[Span]:
    """The named part of each match, where one is named, and else the whole."""
    for match in pattern.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        yield Span(entity, start, len(text[:end].rstrip(" ,-")), score)
