"""Credentials left in data: keys, tokens and passwords, told by their published prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.pii.entities import SECRET, Span, word_set
from generation.engine.pii.patterns.reading import Reading

_PRIVATE_KEY = r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)?"
_PREFIXED = "|".join(
    (
        r"(?:AKIA|ASIA)[0-9A-Z]{16}",  # AWS
        r"gh[pousr]_[A-Za-z0-9]{36,}",  # GitHub
        r"github_pat_[A-Za-z0-9_]{22,}",
        r"glpat-[A-Za-z0-9_-]{20,}",  # GitLab
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
        r"AIza[0-9A-Za-z_-]{35}",  # Google
        r"(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,}",  # Stripe
        r"sk-[A-Za-z0-9_-]{20,}",  # OpenAI and others
        r"sk_[A-Za-z0-9]{32,}",
        r"(?:hf|npm|dop_v1|shpat|shpss|glsa|ATATT|ghs)_?[A-Za-z0-9]{30,}",  # Hugging Face, npm, Shopify ...
        r"pypi-[A-Za-z0-9_-]{40,}",
        r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
        r"SK[0-9a-f]{32}",  # Twilio
        r"\d{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram
        r"(?:Bearer|Basic)\s+[A-Za-z0-9._~+/-]{20,}=*",  # RFC 6750, RFC 7617
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",  # JSON Web Token, RFC 7519
    )
)
_IN_URL = r"\b[A-Za-z][\w+.-]*://[^\s/:@]+:[^\s/@]+@\S+"
_PASSWORD = (
    r"passwor[dt]|passwd|pwd|passphrase|kennwort|contrase[ñn]a|mot\s+de\s+passe|senha|wachtwoord|l[öo]senord|adgangskode"
    r"|passord|salasana|has[łl]o"
)
_NAMED = (
    rf"(?<![A-Za-z])(?i:{_PASSWORD}|(?:api|access|account|secret|private|signing|shared)[_ -]?"
    r"(?:access[_ -]?)?key|(?:client[_ -]?)?secret|(?:access|auth|api|bearer|refresh)[_ -]?token)\b"
)
_ASSIGNED = (
    _NAMED + r"(?:[\"']?\s*[:=]\s*[\"']?[^\s\"';,]{3,}"
    r"|\s+(?:is|was|ist|lautet|est|es|è|é|är|er|on|to):?\s+(?=\S*\d)\S{4,})"
)
# A scheme of HTTP's authorization with its credentials: no name with a value assigned to it.
SCHEME = re.compile(r"(?:Bearer|Basic)\s+(?P<value>\S+)", re.IGNORECASE)
_PATTERN = re.compile(rf"{_PRIVATE_KEY}|\b(?:{_PREFIXED})|{_IN_URL}|{_ASSIGNED}")
# Reading every text with the long pattern would cost more than this look for what all its branches need.
_LONG = re.compile(r"\S{16}|-----|://")
_WORDS = word_set(
    """
    password passwd passwort pwd pass passphrase kennwort contraseña contrasena passe senha wachtwoord lösenord losenord
    adgangskode passord salasana hasło haslo key apikey secret token accesstoken authtoken clientsecret secretkey
    accesskey bearer basic
    """
)


def find_secrets(reading: Reading) -> Iterator[Span]:
    """Spans of credentials in a text."""
    if reading.has(_WORDS) or _LONG.search(reading.text):
        for match in _PATTERN.finditer(reading.text):
            yield Span(SECRET, match.start(), match.end(), 1.0)
