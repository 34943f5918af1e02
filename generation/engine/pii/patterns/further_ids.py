"""National numbers of further countries, and the numbers of vehicles. Standard library only.

As in `national_ids`, a check that passes one random number in ten or eleven speaks only together with a word for it.
"""

from __future__ import annotations

from generation.engine.pii.patterns.forms import is_luhn
from generation.engine.pii.patterns.national_ids import SURE, WEAK, NationalId, weighted

_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_UNCHECKED = 0.05
_FIRST_TEN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def vehicle_number(code: str) -> bool:
    """Seventeen signs; the ninth is the weighted sum of the others mod 11, X for ten (49 CFR 565.15)."""
    values = [int(sign) if sign.isdigit() else _VIN_VALUES[sign] for sign in code.upper()]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return code[8].upper() == "0123456789X"[rest]


def greek_afm(code: str) -> bool:
    """Eight digits weighted by falling powers of two, mod 11 mod 10 (AADE)."""
    return len(set(code)) > 1 and weighted(code[:8], [2**n for n in range(8, 0, -1)]) % 11 % 10 == int(code[8])


def bulgarian_egn(code: str) -> bool:
    """Day of birth, a serial, and a check digit mod 11 (GRAO)."""
    return weighted(code[:9], (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(code[9])


def croatian_oib(code: str) -> bool:
    """Ten digits and a check digit by ISO 7064 mod 11, 10 (Porezna uprava)."""
    rest = 10
    for digit in code[:10]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (11 - rest) % 10 == int(code[10])


def yugoslav_number(code: str) -> bool:
    """Day of birth, region, serial, and a check digit mod 11: EMŠO and JMBG."""
    rest = -weighted(code[:12], (7, 6, 5, 4, 3, 2) * 2) % 11
    return rest < 10 and rest == int(code[12])


def baltic_number(code: str) -> bool:
    """Sex and century, day of birth, serial, and a check digit mod 11 in two steps (Estonia, Lithuania)."""
    rest = weighted(code[:10], (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = weighted(code[:10], (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return rest == int(code[10])


def icelandic_kennitala(code: str) -> bool:
    """Day of birth, two digits, a check digit mod 11, and the century (Þjóðskrá)."""
    return -weighted(code[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11 == int(code[8])


def austrian_svnr(code: str) -> bool:
    """A serial of three, a check digit mod 11, and the day of birth (Dachverband der Sozialversicherungsträger)."""
    return weighted(code, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(code[3])


def german_pension_number(code: str) -> bool:
    """Area, day of birth, initial, serial, and a check digit from the cross sums (VKVV, section 4)."""
    digits = f"{code[:8]}{ord(code[8].upper()) - 64:02d}{code[9:11]}"
    products = (int(a) * b for a, b in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(sum(map(int, str(one))) for one in products) % 10 == int(code[11])


def israeli_number(code: str) -> bool:
    """Nine digits that pass Luhn's check (Population Authority)."""
    return is_luhn(code)


def polish_nip(code: str) -> bool:
    """Nine digits and a check digit mod 11 (Krajowa Administracja Skarbowa)."""
    return weighted(code[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(code[9])


def russian_snils(code: str) -> bool:
    """Nine digits weighted 9 to 1, and the sum mod 101 mod 100 (Social Fund)."""
    return weighted(code[:9], range(9, 0, -1)) % 101 % 100 == int(code[9:])


def russian_inn(code: str) -> bool:
    """Ten digits and two check digits mod 11 mod 10 (Federal Tax Service), of a person."""
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    return weighted(code[:10], weights[1:]) % 11 % 10 == int(code[10]) and weighted(
        code[:11], weights
    ) % 11 % 10 == int(code[11])


def ukrainian_tax_number(code: str) -> bool:
    """Day of birth as a count, serial, and a check digit mod 11 mod 10 (State Tax Service)."""
    return weighted(code[:9], (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(code[9])


def japanese_my_number(code: str) -> bool:
    """Eleven digits and a check digit mod 11 (ministerial ordinance 85/2014)."""
    rest = weighted(code[:11], (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest < 2 else 11 - rest) == int(code[11])


def taiwanese_number(code: str) -> bool:
    """A letter of a county, nine digits, together divisible by 10 (Ministry of the Interior)."""
    county = 10 + _FIRST_TEN.index(code[0].upper())
    return weighted(f"{county}{code[1:]}", (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def hong_kong_number(code: str) -> bool:
    """One or two letters, six digits, and a check sign mod 11 (Immigration Department)."""
    plain = code.upper().replace("(", "").replace(")", "").rjust(9)
    values = [36 if sign == " " else int(sign, 36) for sign in plain[:8]]
    rest = -sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11
    return plain[8] == "0123456789A"[rest]


def iranian_number(code: str) -> bool:
    """Nine digits weighted 10 to 2 and a check digit mod 11 (Civil Registration)."""
    rest = weighted(code[:9], range(10, 1, -1)) % 11
    return len(set(code)) > 1 and int(code[9]) == (rest if rest < 2 else 11 - rest)


def ecuadorian_cedula(code: str) -> bool:
    """Province, serial, and a check digit mod 10 (Registro Civil)."""
    return is_luhn(code)


def new_zealand_ird(code: str) -> bool:
    """Seven or eight digits and a check digit mod 11 in two steps (Inland Revenue)."""
    digits = code.rjust(9, "0")
    for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
        if (rest := -weighted(digits[:8], weights) % 11) < 10:
            return rest == int(digits[8])
    return False


def _dated(_: str) -> bool:
    """The form has the day of birth in it, and no check besides."""
    return True


_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_VIN = r"\b(?=[A-HJ-NPR-Z\d]{0,16}[A-HJ-NPR-Z])(?:[A-HJ-NPR-Z]*\d){4,17}[A-HJ-NPR-Z]*\b(?<=\b[A-HJ-NPR-Z\d]{17})"
_VIN_WORDS = ("vin", "chassis", "vehicle", "fahrgestell", "fahrgestellnummer", "fahrzeug", "fin", "châssis", "bastidor",
              "telaio", "車台番号", "车架号", "차대번호")  # fmt: skip
FURTHER_IDS = (
    NationalId("VIN", _VIN, vehicle_number, SURE, _VIN_WORDS),
    # Outside North America the ninth sign is any: there the words before it speak.
    NationalId("VIN", _VIN, _dated, _UNCHECKED, _VIN_WORDS, is_checked=False),
    NationalId("GR_AFM", r"\b\d{9}\b", greek_afm, WEAK, ("αφμ", "α.φ.μ", "afm", "φορολογικό")),
    NationalId("GR_AMKA", rf"\b{_DAY}{_MONTH}\d{{7}}\b", is_luhn, WEAK + 0.2, ("αμκα", "amka")),
    NationalId("DK_CPR", rf"\b{_DAY}{_MONTH}\d{{2}}-?\d{{4}}\b", _dated, WEAK, ("cpr", "cprnr", "personnummer"),
               is_checked=False),
    NationalId("BG_EGN", rf"\b\d{{2}}[0-5]\d{_DAY}\d{{4}}\b", bulgarian_egn, WEAK + 0.2, ("егн", "egn")),
    NationalId("HR_OIB", r"\b\d{11}\b", croatian_oib, WEAK, ("oib",)),
    NationalId("SI_EMSO", rf"\b{_DAY}{_MONTH}[09]\d{{8}}\b", yugoslav_number, SURE, ("emšo", "jmbg", "јмбг")),
    NationalId("EE_IK", rf"\b[1-8]\d{{2}}{_MONTH}{_DAY}\d{{4}}\b", baltic_number, SURE,
               ("isikukood", "asmens", "kodas")),
    NationalId("IS_KENNITALA", rf"\b{_DAY}{_MONTH}\d{{2}}-?\d{{3}}[890]\b", icelandic_kennitala, WEAK + 0.2,
               ("kennitala", "kt")),
    NationalId("AT_SVNR", rf"\b[1-9]\d{{3}}[ -]?{_DAY}(?:0[1-9]|1[0-5])\d{{2}}\b", austrian_svnr, WEAK,
               ("svnr", "sv", "sozialversicherungsnummer", "versicherungsnummer")),
    NationalId("DE_RVNR", rf"\b\d{{2}} ?{_DAY} ?{_MONTH} ?\d{{2}} ?[A-Z] ?\d{{2}} ?\d\b", german_pension_number, SURE,
               ("rentenversicherungsnummer", "rvnr", "sozialversicherungsnummer", "versicherungsnummer")),
    NationalId("IL_ID", r"\b\d{9}\b", israeli_number, WEAK, ("זהות", "ת.ז", "תז", "teudat", "zehut")),
    NationalId("PL_NIP", r"\b\d{3}-?\d{3}-?\d{2}-?\d{2}\b|\b\d{3}-\d{2}-\d{2}-\d{3}\b", polish_nip, WEAK, ("nip",)),
    NationalId("RU_SNILS", r"\b\d{3}-\d{3}-\d{3}[ -]\d{2}\b|\b\d{11}\b", russian_snils, WEAK, ("снилс", "snils")),
    NationalId("RU_INN", r"\b\d{12}\b", russian_inn, WEAK + 0.2, ("инн", "inn")),
    NationalId("UA_RNOKPP", r"\b\d{10}\b", ukrainian_tax_number, WEAK, ("рнокпп", "іпн", "ідентифікаційний")),
    NationalId("JP_MY_NUMBER", r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)", japanese_my_number, WEAK,
               ("マイナンバー", "個人番号")),
    NationalId("TW_ID", r"\b[A-Z][12]\d{8}\b", taiwanese_number, SURE, ("身分證", "身份證")),
    NationalId("HK_HKID", r"\b[A-Z]{1,2}\d{6}\([\dA]\)?", hong_kong_number, SURE, ("hkid", "身份證")),
    NationalId("AE_EID", r"\b784-?(?:19|20)\d{2}-?\d{7}-?\d\b", is_luhn, SURE, ("emirates", "الهوية")),
    NationalId("SA_ID", r"\b[12]\d{9}\b", is_luhn, WEAK, ("iqama", "الهوية", "إقامة", "الإقامة")),
    NationalId("IR_CODE_MELLI", r"\b\d{3}-?\d{6}-?\d\b", iranian_number, WEAK, ("ملی", "melli")),
    NationalId("EC_CEDULA", r"\b(?:0[1-9]|1\d|2[0-4]|30)[0-5]\d{6}-?\d\b", ecuadorian_cedula, WEAK,
               ("cédula", "cedula")),
    NationalId("NZ_IRD", r"\b\d{2,3}-?\d{3}-?\d{3}\b", new_zealand_ird, WEAK, ("ird",)),
    NationalId("MY_NRIC", rf"\b\d{{2}}{_MONTH}{_DAY}-\d{{2}}-\d{{4}}\b", _dated, 0.5, ("nric", "mykad", "ic"),
               is_checked=False),
)  # fmt: skip
