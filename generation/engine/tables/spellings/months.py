"""Names of months as tables spell them, in the languages whose dates are read."""

from __future__ import annotations

from functools import cache

_FULL = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_SHORT = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "de": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "fr": "janv févr mars avr mai juin juil août sept oct nov déc",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
}
# Other ways to write a month that are read, and not written again.
_ALSO = {"en": {"sept": 9}, "de": {"mrz": 3, "jän": 1, "jänner": 1, "sept": 9}}
LANGUAGES = tuple(_FULL)


@cache
def numbers_of(language: str) -> dict[str, int]:
    """The months by their names in lower case, long and short."""
    named = {}
    for names in (_FULL[language], _SHORT[language]):
        named.update({name.casefold(): number for number, name in enumerate(names.split(), start=1)})
    return named | _ALSO.get(language, {})


def names_in(language: str, *, is_short: bool) -> list[str]:
    """The twelve names."""
    return (_SHORT if is_short else _FULL)[language].split()
