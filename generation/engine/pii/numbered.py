"""Things that carry a number and are no street: "parcel 11", "gate 4". Learnt voices take them for addresses.

And numbers of things that learnt voices take for those of people: orders, versions, prices, articles, errors.
"""

from __future__ import annotations

import re

from generation.engine.pii.entities import word_set
from generation.engine.pii.gazetteer import gazetteer

_WORDS = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(
    r"\s*(?P<thing>[^\W\d_]+)[\s#.:]*(?:no|nr|number)?[\s#.:]*\d+(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
# Words that stand before numbers, of which the lists of ordinary words lack some.
_THINGS = word_set(
    """
    aisle article bag barrel basket batch bay bed bin booth bottle bowl box boxes branch bundle bus cabin cabinet cable
    cage camera car card carriage carton cart case cell chair chapter class clause coach column container copy counter
    course court crate cubicle deck desk device dock door draft drawer drum elevator entrance exam exercise exit field
    figure file flight floor folder form frame game gate grade group gym hall hangar heat host invoice issue item job
    kiosk lab lane layer lesson letter level lift line locker lot machine meter model module node note order pack
    package page pair pallet panel paragraph parcel part pen phase photo pier pipe plane plate player plot pod point
    pole port position printer printout process pump quarter question queue rack room round row scanner screen seat
    section sector segment sensor server shelf ship shop shuttle sign site slide slot socket spot stage stall stand
    station step stool stop store switch table tank task team terminal test thread ticket tile till track trailer train
    tram tray trolley truck tube unit van vehicle version voucher wagon ward warehouse wave window wing worker zone
    """
)
# Of these a number follows a name as often: they are things where nothing else is said of a place.
_OF_ADDRESSES = word_set("box floor lot room unit court")
# What numbers things in several languages. It stands before the number, and nothing but a mark or "no." between.
_OF_THINGS = re.compile(
    r"(?:\b(?:order|invoice|ticket|tracking|parcel|shipment|version|release|build|revision|sku|ean|isbn|issn|upc|gtin|article"
    r"|item|part|model|product|batch|lot|error|code|kb|cve|rfc|commit|price|total|amount|quantity|po|rma|ref"
    r"|bestellung|bestell|auftrag|auftrags|rechnung|rechnungs|sendung|sendungs|artikel|vorgang|teile"
    r"|commande|facture|colis|suivi|référence|pedido|factura|envío|encomenda|fatura|ordine|fattura|spedizione"
    r"|bestelling|factuur|zamówienie|zamówienia|faktura|faktury|beställning|ordre|ordernummer|bestellnummer|auftragsnummer"
    r"|rechnungsnummer|sendungsnummer|artikelnummer|bestelnummer|factuurnummer|заказ\w*|замовлення|счёт|счет|παραγγελία\w*"
    r"|הזמנה|טלבך|طلب\w*|الطلب)\b"
    r"|注文番号|注文|請求書|伝票|品番|订单号|订单|訂單|发票|快递单号|运单号|型号|주문번호|주문|송장번호|운송장|ऑर्डर)"
    r"(?:[\s._-]*(?:number|nummer|numer|num|no|nr|id|numéro|número|numero|номер|רקם|رقم|n|番号|号|번호))?[\s.:：#№°º=(\[は是은는\"'-]{0,4}$",
    re.IGNORECASE,
)
_BEFORE_CHARACTERS = 40
# A year or a day in digits opens the numbers that a machine gives to orders and tickets.
_OPENED_BY_DATE = re.compile(r"(?:19|20)\d{2}[-/]\d{3,}|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-/]?\d*")
_PRICED = re.compile(
    r"\s?(?:€|\$|£|¥|₹|₽|zł\b|kr\b|kč\b|руб|円|元|원|บาท|USD\b|EUR\b|GBP\b|CHF\b|JPY\b|SEK\b|NOK\b|DKK\b|PLN\b|%)",
    re.IGNORECASE,
)
# What makes two runs of digits one number.
_JOINED = re.compile(r"[\d.,/-](?=[\d/-])|\d")
_PRICE_SIGNS = "€$£¥₹₽"


def is_number_of_thing(text: str, start: int, end: int) -> bool:
    """Whether the words before a number, its form or a currency beside it say that a thing has it, and no person.

    >>> is_number_of_thing("Order no. 4503599627 came", 10, 20), is_number_of_thing("call 4503599627", 5, 15)
    (True, False)
    """
    while start and _JOINED.match(text, start - 1):
        start -= 1
    while _JOINED.match(text, end) and text[end + 1 : end + 2].isalnum():
        end += 1
    if _OPENED_BY_DATE.fullmatch(text, start, end) or _PRICED.match(text, end):
        return True
    before = text[max(0, start - _BEFORE_CHARACTERS) : start]
    return before.rstrip()[-1:] in tuple(_PRICE_SIGNS) or _OF_THINGS.search(before) is not None


def is_numbered_thing(found: str, *, beside_address: bool) -> bool:
    """Whether these words are a thing with its number and at most ordinary words after it.

    `beside_address`: another address stands in the same text, to which a room or a unit may belong.

    >>> is_numbered_thing("parcel 11", beside_address=False), is_numbered_thing("Zollgasse 11", beside_address=False)
    (True, False)
    """
    match = _NUMBERED.fullmatch(found)
    if match is None or any(sign.isdigit() for sign in match["rest"]):
        return False
    thing = match["thing"].casefold()
    if thing not in _THINGS or (beside_address and thing in _OF_ADDRESSES):
        return False
    return all(word in gazetteer().ordinary for word in _WORDS.findall(match["rest"].casefold()))
