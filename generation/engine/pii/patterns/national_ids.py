"""National numbers with checksums that Presidio lacks."""

from __future__ import annotations

import re

from presidio_analyzer import Pattern, PatternRecognizer


class FrenchNir(PatternRecognizer):  # type: ignore[misc]
    """France's social security number: 13 digits and a key, 97 - (number mod 97) (INSEE)."""

    def __init__(self) -> None:
        pattern = Pattern("NIR", r"\b[12]\s?\d{2}\s?[01]\d\s?\d[\dAB]\s?\d{3}\s?\d{3}\s?\d{2}\b", 0.3)
        super().__init__("FR_NIR", name="FrenchNir", patterns=[pattern], context=["nir", "sécu", "sociale", "insee"])

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the key fits; Corsica's 2A and 2B count as 19 and 18."""
        code = re.sub(r"\s", "", pattern_text).replace("2A", "19").replace("2B", "18")
        return code.isdigit() and 97 - int(code[:-2]) % 97 == int(code[-2:])


class BrazilianCpf(PatternRecognizer):  # type: ignore[misc]
    """Brazil's taxpayer number: nine digits and two check digits mod 11 (Receita Federal)."""

    def __init__(self) -> None:
        pattern = Pattern("CPF", r"\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b", 0.3)
        super().__init__("BR_CPF", name="BrazilianCpf", patterns=[pattern], context=["cpf", "contribuinte"])

    def validate_result(self, pattern_text: str) -> bool:
        """Whether both check digits fit; a number of one repeated digit is never issued."""
        digits = [int(c) for c in pattern_text if c.isdigit()]
        return len(set(digits)) > 1 and all(_mod11(digits[:n]) == digits[n] for n in (9, 10))


def _mod11(digits: list[int]) -> int:
    weighted = sum(d * w for d, w in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return weighted * 10 % 11 % 10
