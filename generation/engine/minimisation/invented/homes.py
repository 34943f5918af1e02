"""Where a text is from, told by its letters, its little words and what was found in it. Standard library and
libphonenumber.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from generation.engine.pii.entities import ADDRESS, IBAN, PHONE, POSTCODE, word_set

# Locale by letters; kana before ideographs, which Japanese has too.
_SCRIPTS = (
    ("ja_JP", re.compile(r"[\u3041-\u30ff]")),
    ("ko_KR", re.compile(r"[\uac00-\ud7a3]")),
    ("zh_CN", re.compile(r"[\u4e00-\u9fff]")),
    ("uk_UA", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru_RU", re.compile(r"[\u0400-\u04ff]")),
    ("el_GR", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("ar_AA", re.compile(r"[\u0620-\u064a]")),
    ("he_IL", re.compile(r"[\u05d0-\u05ea]")),
    ("hi_IN", re.compile(r"[\u0900-\u097f]")),
    ("th_TH", re.compile(r"[\u0e00-\u0e7f]")),
)
# Words that a text of a language can hardly do without.
_LITTLE_WORDS = {
    "en_US": "the and is are you my your please have with for this was from has she he of to it at not can be by in i",
    "de_DE": "der die das und ist ich sie wir nicht mein meine bitte für mit auf den dem ein eine haben von zu im",
    "fr_FR": "le la les et est je vous nous ne pas mon ma mes pour avec dans une des du au sur suis bonjour votre j l",
    "es_ES": "el la los las y es yo usted no mi mis para con en una un del por su hola soy está que se estoy",
    "it_IT": "il lo la gli e è io lei non mio mia per con nel una un del della ciao sono che si di il ho",
    "nl_NL": "de het een en is ik u wij niet mijn voor met op van dat naar heeft ben zijn graag wordt bij",
    "pl_PL": "i jest nie się na do z w o mój moja proszę dla że od pan pani nr dzień dobry oraz jestem",
    "pt_PT": "o a os as e é eu não meu minha para com em uma um do da no na por sou olá que dos está",
    "sv_SE": "och är jag inte min mitt för med på en ett det den som till av har vi du hej",
    "da_DK": "og er jeg ikke min mit for med på en et det den som til af har vi du hej jeg",
    "no_NO": "og er jeg ikke min mitt for med på en et det den som til av har vi du hei",
    "fi_FI": "ja on ei minun minä että se hän olen oli mutta kanssa hei kun tai ovat nimeni",
    "cs_CZ": "a je se na do že jsem není prosím můj moje pro ve za od pan paní dobrý den který",
    "tr_TR": "ve bir bu için ile de da benim ben mi ne çok var değil olarak lütfen merhaba sayın",
}
_BY_WORD: dict[str, list[str]] = {}
for _locale, _words in _LITTLE_WORDS.items():
    for _word in word_set(_words):
        _BY_WORD.setdefault(_word, []).append(_locale)
# The countries of a language; the first is meant where nothing tells another.
_COUNTRIES = {
    "en_US": "US GB IE AU CA NZ ZA IN SG",
    "de_DE": "DE AT CH LI LU",
    "fr_FR": "FR BE CH CA LU",
    "es_ES": "ES MX AR CL CO PE",
    "it_IT": "IT CH",
    "nl_NL": "NL BE",
    "pt_PT": "PT BR",
    "sv_SE": "SE FI",
    "fi_FI": "FI",
    "da_DK": "DK",
    "no_NO": "NO",
    "pl_PL": "PL",
    "cs_CZ": "CZ",
    "tr_TR": "TR",
    "ru_RU": "RU KZ",
    "uk_UA": "UA",
    "el_GR": "GR CY",
    "ja_JP": "JP",
    "zh_CN": "CN",
    "ko_KR": "KR",
    "ar_AA": "SA AE EG",
    "he_IL": "IL",
    "hi_IN": "IN",
    "th_TH": "TH",
}
_LOCALE_OF = {country: locale for locale, countries in reversed(_COUNTRIES.items()) for country in countries.split()}
_POSTCODES = (
    ("GB", re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)),
    ("CA", re.compile(r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d", re.IGNORECASE)),
    ("NL", re.compile(r"\d{4} ?[A-Z]{2}", re.IGNORECASE)),
    ("PL", re.compile(r"\d{2}-\d{3}")),
    ("PT", re.compile(r"\d{4}-\d{3}")),
    ("BR", re.compile(r"\d{5}-\d{3}")),
    ("US", re.compile(r"\d{5}-\d{4}")),
)
_SHARED = ({"zh_CN", "ja_JP"}, {"ru_RU", "uk_UA"})
_MONEY = {"£": "GB", "US$": "US", "A$": "AU", "C$": "CA", "R$": "BR", "€": ""}
_WORD = re.compile(r"[^\W\d_]+")
# A number's country says more than one little word, and less than a sentence.
_WORDS_A_COUNTRY = 3
_LEAST_WORDS = 2
_SCRIPT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Home:
    """The locale of a text's language and its country (ISO 3166), each "" where nothing tells it."""

    locale: str = ""
    country: str = ""

    def or_else(self, other: Home) -> Home:
        """Itself, or the other where nothing tells a language; its country too, where one language is spoken."""
        if not self.locale:
            return other
        return self if self.country or other.locale != self.locale else other


def home_of(text: str, found: Iterable[tuple[str, str]] = ()) -> Home:
    """The home of a text, given the entities found in it with their words."""
    told = list(found)
    countries = Counter(filter(None, (country_of(entity, words) for entity, words in told)))
    for sign, country in _MONEY.items():
        countries[country] += sign in text
    locale = script_of(text) or _language_of(text, countries, told)
    spoken = _COUNTRIES.get(locale, "").split()
    best = max(spoken, key=lambda country: countries[country], default="")
    return Home(locale, best if countries[best] else "")


def main_country(home: Home) -> str:
    """The country of a home, or the one where most people speak its language; "" for an unknown language."""
    return home.country or _COUNTRIES.get(home.locale, "").partition(" ")[0]


def main_country_called(phone: str) -> str:
    """The country, or the largest of those, that an international prefix calls; "" without one."""
    if not phone.startswith(("+", "00")):
        return ""
    digits = "".join(filter(str.isdecimal, phone)).removeprefix("00")
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((codes[int(digits[:n])][0] for n in (1, 2, 3) if digits[:n] and int(digits[:n]) in codes), "")


def script_of(text: str) -> str:
    """The locale that the letters of a text tell, "" for Latin ones."""
    letters = sum(map(str.isalpha, text))
    for locale, signs in _SCRIPTS:
        count = len(signs.findall(text))
        if count and (count >= _SCRIPT_SHARE * letters or (locale in {"ja_JP", "uk_UA"} and _is_other(text, letters))):
            return locale
    return ""


def locale_of_letters(words: str, around: str) -> str:
    """The locale that the letters of a few words tell, "" for Latin ones; where another language of the text `around`
    has the same letters, that one.
    """
    locale = script_of(words)
    return around if {locale, around} in _SHARED else locale


def _is_other(text: str, letters: int) -> bool:
    """Whether most letters are not ASCII: a few kana or Ukrainian ones then tell the language of all of them."""
    return 2 * sum(sign.isascii() and sign.isalpha() for sign in text) < letters


def country_of(entity: str, words: str) -> str:
    """The country that a finding tells by its prefix or its form, "" for none."""
    if entity == PHONE and words.startswith(("+", "00")):
        try:
            number = phonenumbers.parse("+" + words.lstrip("+0"), None)
        except phonenumbers.NumberParseException:
            return ""
        return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
            number.country_code or 0
        )
    if entity == IBAN:
        return words[:2].upper()
    if entity == POSTCODE:
        return next((country for country, form in _POSTCODES if form.fullmatch(words)), "")
    code, mark, _ = entity.partition("_")
    return {"UK": "GB"}.get(code, code) if mark and len(code) == 2 else ""


def _language_of(text: str, countries: Counter[str], found: list[tuple[str, str]]) -> str:
    from generation.engine.minimisation.invented.people import locale_of_street

    votes, words = Counter[str](), _WORD.findall(text.casefold())
    for word in words:
        votes.update(_BY_WORD.get(word, ()))
    heard = set(votes)
    for country, count in countries.items():
        if locale := _LOCALE_OF.get(country):
            votes[locale] += _WORDS_A_COUNTRY * count
    for entity, said in found:
        if entity == ADDRESS and (locale := locale_of_street(said)):
            votes[locale] += _WORDS_A_COUNTRY
    best = max(votes, key=lambda locale: (votes[locale], locale in heard, locale), default="")
    return best if votes[best] >= _LEAST_WORDS else ""
