"""What stands before or behind a name and is none of it: greetings, and the little words that lead up to it.

Learnt voices and lists take "Bonjour" for a name and "soy María" for the whole of one. Standard library only.
"""

from __future__ import annotations

import re
from dataclasses import replace

from generation.engine.pii.entities import ADDRESS, LOCATION, ORGANIZATION, PATTERN, PERSON, SOURCE, Span, word_set

_OF_WORDS = frozenset({PERSON, LOCATION, ADDRESS, ORGANIZATION})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\.?")
_MARKS = " \t\r\n,.;:!?-–—'\"()"
# In whatever letters.
_GREETINGS = word_set(
    """
    hi hello hey dear greetings regards sincerely cheers thanks thx welcome
    hallo servus moin gruß grüße gruss gruesse sehr geehrte geehrter geehrten sie
    bonjour bonsoir salut cher chère coucou cordialement merci madame monsieur
    hola buenos buenas saludos estimado estimada atentamente gracias querido querida
    ciao buongiorno buonasera saluti egregio egregia cordiali grazie
    olá obrigado obrigada prezado prezada atenciosamente
    hoi goedendag goedemorgen geachte groet groeten groetjes bedankt
    hej hejsan hallå tjena vänliga hälsningar hälsning mvh med venlig hilsen hilsner kære hei heisann vennlig
    moi terve ystävällisin terveisin
    dzień dobry cześć witam szanowny szanowna pozdrawiam pozdrowienia ahoj dobrý den vážený vážená
    merhaba selam sayın saygılar
    уважаемый уважаемая здравствуйте привет дорогой дорогая шановний шановна добрый вітаю
    αγαπητή αγαπητέ κυρία κύριε κύριος γεια χαίρετε
    שלום היי מרחבא مرحبا أهلا السلام عليكم
    """
)
# Names of some people as well: they are none only where a name follows.
_OPENING = word_set("liebe lieber beste guten tag gentile caro cara salve bom boa")
# Kinds of numbers, which nobody is called who has no other name.
_ALONE = word_set("ean isbn issn sku upc gtin vin imei iban bic url faq")
# In small letters alone: where they are written so beside a name, they only lead up to it.
_LEADS = word_set(
    """
    i am is this my name the and from at on in to for of by with near
    ich bin heiße heisse mein name ist und wohne wohnt bei an der die das im auf für von
    je suis m'appelle j'habite habite au et mon nom est chez à rue
    yo soy me llamo vivo en mi nombre es y calle resido
    io sono mi chiamo abito nome e vivo
    eu sou chamo-me moro na no meu nome é e
    ik ben mijn naam is woon en
    jag är heter mitt namn bor på och jeg er hedder bor mit navn heter nimeni on olen asun
    nazywam się jestem mieszkam na przy jmenuji se bydlím
    меня зовут я живу на по ул мое имя мне
    ονομάζομαι με λένε μένω
    שמי אני גר גרה
    benim adım ben oturuyorum
    """
) - word_set("rue calle der die das e y")


def trimmed(text: str, span: Span) -> Span | None:
    """The span without greetings and lead-up words at its ends; None where nothing else is in it.

    What a pattern or the source's own columns found is left as it is.
    """
    if span.entity not in _OF_WORDS or PATTERN in span.found_by or SOURCE in span.found_by:
        return span
    words = list(_WORD.finditer(text, span.start, span.end))
    start, end = span.start, span.end
    first, last = 0, len(words)
    while first < last and _is_no_name(words[first].group(), is_alone=last == 1):
        first += 1
    while last > first and _is_greeting(words[last - 1].group()):
        last -= 1
    if first == last:
        return None if words else span
    if first:
        start = words[first - 1].end()
        start += len(text[start:end]) - len(text[start:end].lstrip(_MARKS))
    if last < len(words):
        end = start + len(text[start : words[last].start()].rstrip(_MARKS))
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _is_greeting(word: str) -> bool:
    return word.rstrip(".").casefold() in _GREETINGS


def _is_no_name(word: str, *, is_alone: bool) -> bool:
    folded = word.casefold()
    if _is_greeting(word) or is_alone:
        return _is_greeting(word) or folded in _ALONE
    return folded in _OPENING or (not word[0].isupper() and folded in _LEADS)
