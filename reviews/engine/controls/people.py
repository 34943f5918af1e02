"""People who do not exist, for controls: names, birthdays, addresses and numbers. Standard library only.

Telephone numbers come from the ranges that are set aside for fiction (555-01xx; Ofcom's 01632 960xxx), towns and
streets are made up, account numbers have no valid country.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from reviews.engine.acceptance.draw import Chance


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_FIRST = _listed(
    "Amara Anselm Aurelia Bartosz Benedikta Callum Dagny Dorota Edwin Estelle Fabian Freya Gudrun Henrik Imogen Ines "
    "Jarek Joanna Kaspar Leonie Lorenzo Magda Marius Nerys Odile Oskar Petra Quirin Rhona Sanjay Tamsin Teodor Ulrike "
    "Valentin Wanda Ximena Yannick Zelda"
)
_LAST = _listed(
    "Abernathy Achterberg Brannigan Carvalho Dunmore Ellingsen Fairweather Gallo Hallstrom Ivarsson Jurgens Kettleman "
    "Lindqvist Marchetti Norquist Okonjo Pellegrin Quigley Rosenthal Sanderling Thornbury Ulvaeus Vandermeer Whitlock "
    "Ystrad Zawadzki"
)
_TOWNS = _listed("Ashcombe Brightwater Coldmere Dunfell Easthollow Fernley Greyhaven Highmarsh Larkford Millbrook")
_STREETS = ("Harrow Lane", "Canal Street", "Mill Road", "Orchard Way", "Station Road", "Chapel Hill", "Quay Street")
_MONTHS = _listed("January February March April May June July August September October November December")


@dataclass(frozen=True, slots=True)
class Invented:
    """One person who does not exist; everything as text."""

    first: str
    last: str
    born: str
    born_short: str
    street: str
    town: str
    phone: str
    account: str
    file: str
    other: str

    def facts(self) -> dict[str, str]:
        """Every field by name, and the full `name`."""
        return {**asdict(self), "name": f"{self.first} {self.last}"}


def invent(chance: Chance) -> Invented:
    """A person by chance."""
    day, month, year = 1 + chance.below(28), chance.below(12), 1938 + chance.below(65)
    return Invented(
        first=chance.pick(_FIRST),
        last=chance.pick(_LAST),
        born=f"{day} {_MONTHS[month]} {year}",
        born_short=f"{year}-{month + 1:02d}-{day:02d}",
        street=f"{1 + chance.below(190)} {chance.pick(_STREETS)}",
        town=chance.pick(_TOWNS),
        phone=_phone(chance),
        account=f"{chance.below(10_000):04d} {chance.below(10_000):04d} {chance.below(10_000):04d}",
        file=f"{10_000 + chance.below(90_000)}",
        other=f"{chance.pick(_FIRST)} {chance.pick(_LAST)}",
    )


def _phone(chance: Chance) -> str:
    american = f"({201 + chance.below(780)}) 555-01{chance.below(100):02d}"
    return chance.pick((american, f"01632 960{chance.below(1000):03d}"))
