"""National numbers with check digits that Presidio lacks. Standard library only.

A check that passes one random number in ten or eleven speaks only together with a word for it (`WEAK`); one with two
check digits, or with a day of birth in it besides, speaks by itself (`SURE`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WEAK, SURE = 0.3, 1.0


@dataclass(frozen=True, slots=True)
class NationalId:
    """A form, the check of its signs without separators, the score of one that passes, and words that speak for it.

    Without `is_checked` the form has no check: nothing speaks for it but the words.
    """

    entity: str
    form: str
    check: Callable[[str], bool]
    score: float
    context: tuple[str, ...]
    is_checked: bool = True


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def french_nir(code: str) -> bool:
    """13 digits and a key, 97 - (number mod 97); Corsica's 2A and 2B count as 19 and 18 (INSEE)."""
    code = code.upper().replace("2A", "19").replace("2B", "18")
    return code.isdigit() and 97 - int(code[:-2]) % 97 == int(code[-2:])


def brazilian_cpf(code: str) -> bool:
    """Nine digits and two check digits mod 11; one repeated digit is never issued (Receita Federal)."""
    return len(set(code)) > 1 and all(
        weighted(code[:n], range(n + 1, 1, -1)) * 10 % 11 % 10 == int(code[n]) for n in (9, 10)
    )


def dutch_bsn(code: str) -> bool:
    """Nine digits, weighted 9 to 2 and -1, divisible by 11 (RvIG)."""
    return len(set(code)) > 1 and weighted(code, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def belgian_number(code: str) -> bool:
    """Day of birth, a serial, and 97 - (number mod 97), since 2000 with a 2 in front (Rijksregister)."""
    return int(code[9:]) in (97 - int(code[:9]) % 97, 97 - int("2" + code[:9]) % 97)


def swiss_ahv(code: str) -> bool:
    """756, nine digits, and the check digit of EAN-13 (BSV)."""
    return -weighted(code[:12], (1, 3) * 6) % 10 == int(code[12])


def norwegian_number(code: str) -> bool:
    """Day of birth, a serial, and two check digits mod 11 (Skatteetaten)."""
    return (
        weighted(code[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and weighted(code, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


def portuguese_nif(code: str) -> bool:
    """Eight digits weighted 9 to 2 and a check digit mod 11 (Autoridade Tributária)."""
    return (11 - weighted(code[:8], range(9, 1, -1)) % 11) % 11 % 10 == int(code[8])


_CURP_SIGNS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def mexican_curp(code: str) -> bool:
    """Seventeen signs weighted 18 to 2 and a check digit mod 10 (RENAPO)."""
    code = code.upper()
    return -sum(_CURP_SIGNS.index(sign) * (18 - place) for place, sign in enumerate(code[:17])) % 10 == int(code[17])


def chinese_number(code: str) -> bool:
    """Region, day of birth, serial, and a check sign by ISO 7064 mod 11-2 (GB 11643)."""
    weights = [2**power % 11 for power in range(17, 0, -1)]
    return "10X98765432"[weighted(code[:17], weights) % 11] == code[17].upper()


def chilean_rut(code: str) -> bool:
    """Digits weighted 2 to 7 from the right and a check sign mod 11 (Registro Civil)."""
    weights = [2 + place % 6 for place in range(len(code) - 1)][::-1]
    return "0123456789K0"[11 - weighted(code[:-1], weights) % 11] == code[-1].upper()


def argentine_cuit(code: str) -> bool:
    """Ten digits and a check digit mod 11 (AFIP)."""
    return (11 - weighted(code[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11 == int(code[10])


def czech_number(code: str) -> bool:
    """Day of birth and a serial, together divisible by 11 (law 133/2000)."""
    return int(code) % 11 == 0


def irish_pps(code: str) -> bool:
    """Seven digits weighted 8 to 2, the second letter by 9, and a check letter mod 23 (Revenue)."""
    code = code.upper()
    second = "WABCDEFGHI".find(code[8]) * 9 if len(code) > 8 else 0
    return second >= 0 and "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(code[:7], range(8, 1, -1)) + second) % 23] == code[7]


def romanian_cnp(code: str) -> bool:
    """Sex, day of birth, county, serial, and a check digit mod 11 (OUG 97/2005)."""
    rest = weighted(code[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return min(rest, 10) % 10 + (rest == 10) == int(code[12])


_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
NATIONAL_IDS = (
    NationalId(
        "FR_NIR",
        r"\b[12]\s?\d{2}\s?[01]\d\s?\d[\dABab]\s?\d{3}\s?\d{3}\s?\d{2}\b",
        french_nir,
        SURE,
        ("nir", "sécu", "sociale", "insee"),
    ),
    NationalId("BR_CPF", r"\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b", brazilian_cpf, SURE, ("cpf", "contribuinte")),
    NationalId(
        "NL_BSN",
        r"\b\d{4}[. ]?\d{2}[. ]?\d{3}\b|\b\d{9}\b",
        dutch_bsn,
        WEAK,
        ("bsn", "burgerservicenummer", "sofinummer"),
    ),
    NationalId(
        "BE_NRN",
        rf"\b\d{{2}}[. ]?[0-4]\d[. ]?{_DAY}[- ]?\d{{3}}[. ]?\d{{2}}\b",
        belgian_number,
        SURE,
        ("rijksregisternummer", "national", "insz", "niss"),
    ),
    NationalId("CH_AHV", r"\b756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}\b", swiss_ahv, SURE, ("ahv", "avs", "navs")),
    NationalId(
        "NO_FNR",
        rf"\b[0-7]\d{_MONTH}\d{{2}}[ -]?\d{{5}}\b",
        norwegian_number,
        SURE,
        ("fødselsnummer", "personnummer", "fnr"),
    ),
    NationalId(
        "PT_NIF", r"\b[1-35689]\d{2}\s?\d{3}\s?\d{3}\b", portuguese_nif, WEAK, ("nif", "contribuinte", "fiscal")
    ),
    NationalId(
        "MX_CURP", rf"\b[A-Z]{{4}}\d{{2}}{_MONTH}{_DAY}[HMX][A-Z]{{5}}[A-Z\d]\d\b", mexican_curp, SURE, ("curp",)
    ),
    NationalId(
        "CN_RIC",
        rf"\b[1-9]\d{{5}}(?:19|20)\d{{2}}{_MONTH}{_DAY}\d{{3}}[\dX]\b",
        chinese_number,
        SURE,
        ("resident", "identity"),
    ),
    NationalId("CL_RUT", r"\b\d{1,2}\.?\d{3}\.?\d{3}-[\dK]\b", chilean_rut, SURE, ("rut", "run")),
    NationalId("AR_CUIT", r"\b(?:20|23|24|27|30|33|34)-?\d{8}-?\d\b", argentine_cuit, WEAK + 0.2, ("cuit", "cuil")),
    NationalId("CZ_RC", rf"\b\d{{2}}[0-8]\d{_DAY}/\d{{4}}\b", czech_number, SURE, ("rodné", "číslo", "rc")),
    NationalId("IE_PPS", r"\b\d{7}[A-W][A-IW]?\b", irish_pps, 0.5, ("pps", "ppsn")),
    NationalId("RO_CNP", rf"\b[1-9]\d{{2}}{_MONTH}{_DAY}\d{{6}}\b", romanian_cnp, SURE, ("cnp",)),
)
_SEPARATORS = re.compile(r"[\s.\-/]")


def plain(found: str) -> str:
    """The signs without separators."""
    return _SEPARATORS.sub("", found)
