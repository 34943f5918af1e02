"""Numbers as people write them: with marks, signs, currencies, per cent and units; to doubles or whole numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.marks import BLANKS, LAKHS, OTHER, SPACERS

# ISO 4217 codes that tables use before or after an amount, and units of measure after it.
_CURRENCIES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR NGN "
    "NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR Fr kr zł Kč Ft lei Rs Rs. R$ US$ A$ C$"
)
_UNITS = (
    "mm cm m km in ft yd mi mg g kg t lb lbs oz ml cl dl l L ms s sec min h hr hrs hours days Tage d yrs years Jahre "
    "W kW MW Wh kWh MWh V mV kV A mA Hz kHz MHz GHz B kB KB MB GB TB bar mbar hPa kPa Pa °C °F K m² m2 km² ha m³ m3 "
    "km/h mph kcal kJ J ppm dB mmHg bpm pt px pcs Stk Stück"
)
_SIGNS = "[$€£¥₹₽₩₺₪₫₴₦₱₡₲₵₸₿¢]"
_BLANKS = f"[{BLANKS}]*"


def _any_of(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


_BEFORE = f"(?P<prefix>(?:{_SIGNS}|{_any_of(_CURRENCIES)}){_BLANKS})?"
_AFTER = f"(?P<suffix>{_BLANKS}(?:%|‰|{_SIGNS}|{_any_of(_CURRENCIES + ' ' + _UNITS)}))?"
_BODY = f"(?P<body>(?:[0-9](?:[0-9.,{SPACERS}]*[0-9.,])?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?)"
_AFFIXED = f"^(?P<open>[-−+(]?){_BEFORE}(?P<inner>[-−]?){_BODY}{_AFTER}(?P<close>[)-]?)$"
PLAIN = r"^-?(0|[1-9][0-9]{0,14})$"
PLAIN_NUMBER = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$"
_BARE = r"^-?([0-9]*[.,]?[0-9]+|[0-9]+[.,])([eE][+-]?[0-9]+)?$"
# More digits than a double keeps: an identifier, not a measurement.
LONG_DIGITS = "^[-−]?[0-9]{16,}$"
LEADING_ZERO = "^[-−]?0[0-9]"
INFINITE = "(?i)^[-+]?inf(inity)?$"


@dataclass(frozen=True, slots=True)
class Parts:
    """Texts taken apart: `body` the digits with their marks and sign, null where no number; prefix and suffix."""

    body: pa.StringArray
    prefix: pa.StringArray
    suffix: pa.StringArray


def parts_of(texts: pa.StringArray) -> Parts:
    """Texts taken apart. Digits with leading zeros and more than 15 digits are no numbers: they are codes."""
    if _all(pc.match_substring_regex(texts, _BARE)):
        nothing = pa.array([""] * len(texts), pa.string())
        return Parts(_no_codes(texts), nothing, nothing)
    found = pc.extract_regex(texts, _AFFIXED)
    opened, inner, closed = (pc.struct_field(found, name) for name in ("open", "inner", "close"))
    in_brackets = pc.and_(pc.equal(opened, "("), pc.equal(closed, ")"))
    balanced = pc.or_(in_brackets, pc.not_equal(opened, "("))
    balanced = pc.and_(balanced, pc.or_(in_brackets, pc.not_equal(closed, ")")))
    is_negative = pc.or_(
        in_brackets, pc.match_substring_regex(pc.binary_join_element_wise(opened, inner, closed, ""), "[-−]")
    )
    sign = pc.if_else(is_negative, "-", "")
    body = pc.binary_join_element_wise(sign, pc.struct_field(found, "body"), "")
    body = pc.if_else(pc.and_(pc.is_valid(found), balanced), body, pa.scalar(None, pa.string()))
    # A plus sign would be lost on the way back.
    body = pc.if_else(pc.equal(opened, "+"), pa.scalar(None, pa.string()), body)
    return Parts(_no_codes(body), pc.struct_field(found, "prefix"), pc.struct_field(found, "suffix"))


def _no_codes(body: pa.StringArray) -> pa.StringArray:
    is_code = pc.or_(pc.match_substring_regex(body, LONG_DIGITS), pc.match_substring_regex(body, LEADING_ZERO))
    return pc.if_else(pc.fill_null(is_code, False), pa.scalar(None, pa.string()), body)


def _all(flags: pa.BooleanArray) -> bool:
    return pc.all(flags).as_py() is True


def in_plain_digits(body: pa.StringArray, decimal: str) -> pa.StringArray:
    """Bodies with a point for decimals and no other mark; null where they do not fit this decimal mark."""
    mark, other = rf"\{decimal}", rf"\{OTHER[decimal]}"
    usual = rf"[1-9][0-9]{{0,2}}(?:(?:{other}[0-9]{{3}})+|(?:[{SPACERS}][0-9]{{3}})+)"
    grouped = rf"^-?(?:{usual}|{LAKHS.format(mark=other)})(?:{mark}[0-9]+)?$"
    plain = rf"^-?(?:[0-9]+{mark}?|[0-9]*{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?$"
    fits = pc.or_(pc.match_substring_regex(body, plain), pc.match_substring_regex(body, grouped))
    kept = pc.if_else(fits, body, pa.scalar(None, pa.string()))
    bare = pc.replace_substring_regex(kept, f"[{other}{SPACERS}]", "")
    return pc.replace_substring(bare, decimal, ".") if decimal != "." else bare
