"""What has the form of something sensitive and is none: reserved for examples, published for tests, or no literal.

Sources: RFC 2606 and 6761 (domains), 2142 (mailboxes of roles), 5737 and 6890 (addresses); numbers for fiction of NANPA
and Ofcom; cards that processors publish for tests; account numbers of ISO 13616's own examples.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter

from generation.engine.pii.entities import CARD, EMAIL, IBAN, NETWORK, PERSON, PHONE, SECRET, SSN, word_set
from generation.engine.pii.patterns.secrets import SCHEME

_RESERVED_ENDS = (".test", ".example", ".invalid", ".localhost", ".local", ".internal", ".lan")
_EXAMPLE_DOMAIN = re.compile(
    r"(?:^|\.)(?:example|domain|mydomain|yourdomain|company|yourcompany|test|foo|bar|acme|host|server|email|localhost)"
    r"\.[a-z]{2,}$"
)
# Endings of files that are no domains, or hardly ever: icon@2x.png, file=@table.csv.
_NO_DOMAINS = word_set(
    """png jpg jpeg gif svg webp ico css scss js mjs ts json md py rb go rs java html htm xml yml yaml csv tsv jsonl
    parquet xlsx pdf txt log gz zip sh toml cfg ini conf lock whl tar"""
)
_LEAST_LETTERS = 3
_ROLES = word_set(
    """info support help contact sales admin administrator security abuse postmaster hostmaster webmaster noreply
    no-reply donotreply do-not-reply hello team office mail email privacy legal press jobs careers billing dev git
    newsletter notifications root www conduct opensource maintainers"""
)
_NOBODY = word_set(
    """user username name me you your.name yourname someone somebody test tester testing foo bar baz john.doe jane.doe
    johndoe janedoe jdoe alice bob example sample demo a b x y firstname.lastname first.last"""
)
_TEST_CARDS = word_set(
    """4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 5105105105105100
    378282246310005 371449635398431 378734493671000 6011111111111117 6011000990139424 3056930009020004 36227206271667
    30569309025904 38520000023237 3566002020360505 3530111333300000 6200000000000005 4111111111111111 4012888888881881
    4222222222222 4000000000000002 4000000000000010 4917610000000000 4444333322221111 5454545454545454"""
)
_EXAMPLE_IBANS = word_set(
    """DE89370400440532013000 GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555
    FR1420041010050500013M02606 FR7630006000011234567890189 ES9121000418450200051332 IT60X0542811101000000123456
    NL91ABNA0417164300 BE68539007547034 AT611904300234573201 CH9300762011623852957 PT50000201231234567890154
    IE29AIBK93115212345678 SE4550000000058398257466 NO9386011117947 DK5000400440116243 FI2112345600000785
    PL61109010140000071219812874 LU280019400644750000"""
)
_EXAMPLE_SSNS = word_set("078-05-1120 219-09-9999 123-45-6789 111-11-1111 222-22-2222 333-33-3333 555-55-5555")
_PHONE_FOR_FICTION = re.compile(
    r"555[\s.-]?01\d\d$|555[\s.-]?\d{4}$|^(?:\+?44|0)[\s().-]*(?:7700[\s.-]?900|20[\s().-]*7946[\s.-]?0|1632[\s.-]?960)"
)
_CALLABLE = re.compile(r"\+\d{1,3}[\s().-]|\+\d{8,15}$|^\(\d{2,5}\)\s?\d|^\d{3}([ .-])\d{3}\1\d{4}$")
_RESOLVERS = word_set("8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 208.67.222.222 208.67.220.220")
_NOBODYS_NAMES = re.compile(
    r"\b(?:doe|mustermann|musterfrau|foo|bar|alice|bob|mallory|lorem|ipsum|nobody)\b", re.IGNORECASE
)
_VERSION_BEFORE = re.compile(r"(?:version|release|v|[=~<>^]=?)\s*[\"']?$", re.IGNORECASE)
# Four numbers in code whose first three are below this are a version, or a section of a standard.
_VERSION_NUMBER = 32

_PLACEHOLDER = re.compile(
    r"example|sample|dummy|change.?me|placeholder|insecure|redacted|secret|passw|\*\*\*|\.\.\.|"
    r"^(?:none|null|true|false|str|int|self|os|env|settings|config)\b",
    re.IGNORECASE,
)
# Short ones stand in a long key by chance: there they count only between signs that are neither letters nor digits.
_SHORT = "your|fake|mock|test|todo|xxx|1234|abcd|foo|bar"
_SHORT_PLACEHOLDER = re.compile(_SHORT, re.IGNORECASE)
_LONE_PLACEHOLDER = re.compile(rf"(?<![^\W_])(?:{_SHORT})(?![^\W_])", re.IGNORECASE)
_LONG_KEY = 16
# What is filled in later, or asked for: <key>, {key}, ${KEY}, $KEY, %(key)s, %KEY%, [key], get_key(...), keys["a"].
_FILLED_IN = re.compile(
    r"<[^<>]*>|\{[^{}]*\}|\$[({A-Za-z_]\w*[)}]?$|%\(\w+\)[sd]|^%\w+%$|^\[[^\]]*\]$|^[A-Za-z_.]{2,}\w*[(\[]"
)
_CREDENTIALS = re.compile(r"://[^/\s:@]*:(?P<password>[^/\s@]+)@(?P<host>[\w.-]*)")
# password = "...", "account_key": ..., the passphrase is ...
_ASSIGNED = re.compile(r"[A-Za-z][\w -]*?[\"'`]?\s*(?:[:=]|\b(?:is|was)\b:?)\s*(?P<value>\S.*)", re.DOTALL)
_LEAST_SECRET, _LEAST_BITS = 8, 3.0
_PEM_BODY = 100


def is_ordinary(entity: str, text: str, before: str) -> bool:
    """Whether a find is none in a source tree; `before` is what stands before it on its line."""
    judge = _JUDGES.get(entity)
    return judge is not None and judge(text, before)


def is_nowhere(text: str) -> bool:
    """Whether a network address reaches no machine of somebody's: loopback, private, reserved, or a public resolver."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return not found.is_global or found.is_multicast or text in _RESOLVERS


def _network(text: str, before: str) -> bool:
    parts = text.split(".")
    small = len(parts) == 4 and all(part.isdigit() and int(part) < _VERSION_NUMBER for part in parts[:3])
    return is_nowhere(text) or small or before.endswith(".") or bool(_VERSION_BEFORE.search(before))


def _email(text: str, before: str) -> bool:
    local, _, domain = text.casefold().rpartition("@")
    is_made_up = len(set(domain) - {"."}) < _LEAST_LETTERS
    if is_made_up or domain.endswith(_RESERVED_ENDS) or _EXAMPLE_DOMAIN.search(domain):
        return True
    is_address = domain.rpartition(".")[2] not in _NO_DOMAINS and not before.endswith("://")
    return not is_address or local in _ROLES or local.partition("+")[0] in _NOBODY or before.rstrip().endswith("ssh")


def _phone(text: str, before: str) -> bool:
    digits = re.sub(r"\D", "", text)
    is_told = bool(_CALLABLE.search(text)) and not before.endswith(("#", "/", "=", "_"))
    is_counted = digits[-7:] in "01234567890123456789" or len(set(digits)) < 4
    return not is_told or is_counted or bool(_PHONE_FOR_FICTION.search(text))


def _card(text: str, before: str) -> bool:
    digits = re.sub(r"\D", "", text)
    is_issued = bool(re.match(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|5)", digits)) and len(digits) in (15, 16)
    is_grouped = bool(re.fullmatch(r"\d+|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}", text))
    return not (is_issued and is_grouped) or digits in _TEST_CARDS or len(set(digits)) < 4 or before.endswith(".")


def _iban(text: str, before: str) -> bool:
    return re.sub(r"\s", "", text).upper() in _EXAMPLE_IBANS


def _number(text: str, before: str) -> bool:
    return text in _EXAMPLE_SSNS or before.endswith(("-", "/", "."))


def _person(text: str, before: str) -> bool:
    return bool(_NOBODYS_NAMES.search(text)) or len(text.split()) < 2


def _secret(text: str, before: str) -> bool:
    """Code that names a secret holds none: the value has to be a literal that nobody would think up."""
    if text.startswith("-----BEGIN"):
        return len(text) < _PEM_BODY
    if found := _CREDENTIALS.search(text):
        host = found["host"].casefold()
        is_here = "." not in host or host.endswith(_RESERVED_ENDS) or bool(_EXAMPLE_DOMAIN.search(host))
        return is_here or is_nowhere(host) or _is_thought_up(found["password"], 0.0)
    if scheme := SCHEME.fullmatch(text):
        return _is_thought_up(scheme["value"], _LEAST_BITS)
    if assigned := _ASSIGNED.fullmatch(text):
        return _is_thought_up(assigned["value"].strip("\"'`,;"), _LEAST_BITS)
    return bool(re.search(r"EXAMPLE|example|x{4}|0{6}|1234567|\.\.\.", text)) or _bits(text) < _LEAST_BITS


def _is_thought_up(value: str, least_bits: float) -> bool:
    """A word of a person or a name of a variable, rather than what a generator gave."""
    is_mixed = any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)
    is_short = len(value) < _LEAST_SECRET or (bool(least_bits) and not is_mixed)
    short = _SHORT_PLACEHOLDER if len(value) < _LONG_KEY else _LONE_PLACEHOLDER
    is_placeholder = any(form.search(value) for form in (_PLACEHOLDER, short, _FILLED_IN))
    return is_short or is_placeholder or _bits(value) < least_bits


def _bits(text: str) -> float:
    """Shannon's entropy of the signs, in bits a sign."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


_JUDGES = {
    EMAIL: _email,
    NETWORK: _network,
    PHONE: _phone,
    CARD: _card,
    IBAN: _iban,
    SSN: _number,
    PERSON: _person,
    SECRET: _secret,
}
