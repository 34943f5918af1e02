"""Things that carry a number and are no street: "parcel 11", "gate 4". Learnt voices take them for addresses."""

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
    figure file flight floor folder form frame game gate grade group gym hall hangar heat invoice issue item kiosk lab
    lane layer lesson letter level lift line locker lot machine meter model module node note order pack package page
    pair pallet panel paragraph parcel part pen phase photo pier pipe plane plate player plot pod point pole port
    position printer printout pump quarter question queue rack room round row scanner screen seat section sector
    segment sensor server shelf ship shop shuttle sign site slide slot socket spot stage stall stand station step stool
    stop store switch table tank task team terminal test ticket tile till track trailer train tram tray trolley truck
    tube unit van vehicle version voucher wagon ward warehouse wave window wing zone
    """
)
# Of these a number follows a name as often: they are things where nothing else is said of a place.
_OF_ADDRESSES = word_set("box floor lot room unit court")


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
