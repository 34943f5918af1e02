"""Tables as people have them, through upload, plan, run and download: each column comes back written as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.whole.tables.door import round_trip

pytestmark = pytest.mark.django_db
ROWS = 360
CHANCE = random.Random(17)
START = dt.datetime.fromisoformat("2023-01-02T08:00:00")

Column = tuple[Callable[[int], str], str]


@dataclass(frozen=True)
class Source:
    """A table: per label how a cell is made and the pattern that all that come back have to have.

    `words` are columns whose cells come back with the very same words; `around` stands above or below the records.
    """

    columns: dict[str, Column]
    delimiter: str = ","
    encoding: str = "utf-8"
    end: str = "\n"
    words: tuple[str, ...] = ()
    above: str = ""
    below: str = ""

    def data(self) -> bytes:
        sink = io.StringIO()
        writer = csv.writer(sink, delimiter=self.delimiter, lineterminator=self.end)
        writer.writerow(self.columns)
        writer.writerows([cell(at) for cell, _ in self.columns.values()] for at in range(ROWS))
        return (self.above + sink.getvalue() + self.below).encode(self.encoding)


def one_of(*words: str) -> Callable[[int], str]:
    return lambda at: CHANCE.choice(words)


def on(form: str, days: int = 700) -> Callable[[int], str]:
    return lambda at: (START + dt.timedelta(days=CHANCE.randrange(days), minutes=15 * CHANCE.randrange(40))).strftime(
        form
    )


def number(form: str, most: int, per: int = 100, **marks: str) -> Callable[[int], str]:
    """Random numbers in Python's form, with marks swapped: decimal="," and thousands of one's own."""
    table = str.maketrans({".": marks.get("decimal", "."), ",": marks.get("thousands", ",")})
    return lambda at: (
        marks.get("before", "") + form.format(CHANCE.randrange(1, most) / per).translate(table) + marks.get("after", "")
    )


def lakhs(at: int) -> str:
    whole = str(CHANCE.randrange(10_000, 99_999_999))
    head = re.sub(r"(?<=\d)(?=(\d\d)+$)", ",", whole[:-3])
    return f"₹{head},{whole[-3:]}.{CHANCE.randrange(100):02d}"


def offset(at: int) -> str:
    return (START + dt.timedelta(minutes=5 * at)).strftime("%Y-%m-%dT%H:%M:%S+02:00")


GERMAN = Source(
    {
        "PLZ": (one_of("01067", "10115", "80331", "04109"), r"\d{5}"),
        "Kürzel": (one_of("Grün", "Blaß", "Öl"), "Grün|Blaß|Öl"),
        "Umsatz": (number("{:,.2f}", 9_999_999, decimal=",", thousands=".", after=" €"), r"\d{1,3}(\.\d{3})*,\d\d €"),
        "Rabatt": (number("{:.1f}", 300, 10, decimal=",", after=" %"), r"\d+,\d %"),
        "Datum": (on("%d.%m.%Y"), r"\d\d\.\d\d\.\d{4}"),
        "Bezahlt": (one_of("Ja", "Nein"), "Ja|Nein"),
    },
    ";", "cp1252", "\r\n", ("PLZ", "Kürzel", "Bezahlt"), "sep=;\r\n", "Summe;;1.234.567,00 €;;;\r\n",
)  # fmt: skip
NHS = Source(
    {
        "appointment": (on("%d-%b-%Y %H:%M"), r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d"),
        "arrival": (on("%H:%M"), r"\d\d:\d\d"),
        "specialty": (one_of("Cardiology", "ENT", "Renal"), "Cardiology|ENT|Renal"),
        "attended": (one_of("Y", "N"), "Y|N"),
        "wait_days": (lambda at: str(CHANCE.randrange(0, 180)), r"\d+"),
    },
    words=("specialty", "attended"),
)
CLAIMS = Source(
    {
        "service_date": (on("%m/%d/%Y"), r"\d\d/\d\d/\d{4}"),
        "billed": (number("{:,.2f}", 999_999, before="$"), r"\$[\d,]+\.\d\d"),
        "adjusted": (
            lambda at: f"(${at % 90}.50)" if at % 5 == 0 else f"${at % 97}.25",
            r"\(\$\d+\.\d\d\)|\$\d+\.\d\d",
        ),
        "state": (one_of("NY", "CA", "OK", "NE"), "NY|CA|OK|NE"),
        "icd": (one_of("E11.9", "I10", "J45.909"), r"[A-Z]\d\d(\.\d+)?"),
        "approved": (one_of("TRUE", "FALSE"), "TRUE|FALSE"),
    },
    words=("state", "icd", "approved"),
)
FRENCH = Source(
    {
        "Département": (one_of("Ain", "Hérault", "Corrèze"), "Ain|Hérault|Corrèze"),
        "Date d'entrée": (on("%d/%m/%Y"), r"\d\d/\d\d/\d{4}"),
        "Salaire": (
            number("{:,.2f}", 999_999, decimal=",", thousands="\u202f", after=" €"),
            "\\d{1,3}(\u202f\\d{3})*,\\d\\d €",
        ),
        "Cadre": (one_of("Oui", "Non"), "Oui|Non"),
        "Code postal": (one_of("01000", "34000", "19000"), r"\d{5}"),
    },
    ";", "utf-8-sig", "\r\n", ("Département", "Cadre", "Code postal"),
)  # fmt: skip
TIMES = Source(
    {
        "team": (one_of("red", "blue"), "red|blue"),
        "day": (on("%Y-%m-%d"), r"\d{4}-\d\d-\d\d"),
        "start": (on("%I:%M %p"), r"\d\d:\d\d [AP]M"),
        "worked": (lambda at: f"{CHANCE.randrange(1, 12)}:{15 * CHANCE.randrange(4):02d}", r"\d{1,2}:[0-5]\d"),
        "rate": (one_of("38.5", "40", "41.25"), r"\d+(\.\d+)?"),
    },
    "\t", words=("team",),
)  # fmt: skip
SENSORS = Source(
    {
        "at": (offset, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+02:00"),
        "sensor": (one_of("t-001", "t-002", "t-003"), r"t-\d{3}"),
        "celsius": (lambda at: f"{(at % 400 - 150) / 10:.1f}", r"-?\d+\.\d"),
        "ok": (one_of("1", "0"), "0|1"),
    },
    words=("sensor", "ok"), above="# exported 2023-08-01\n# all in local time\n",
)  # fmt: skip
INDIAN = Source(
    {
        "state": (one_of("Kerala", "Goa", "Assam"), "Kerala|Goa|Assam"),
        "amount": (lakhs, r"₹\d{1,2}(,\d\d)*,\d{3}\.\d\d"),
        "paid on": (on("%d-%m-%Y"), r"\d\d-\d\d-\d{4}"),
        "gst": (one_of("5%", "12%", "18%", "28%"), r"\d+%"),
    },
    "|", words=("state",),
)  # fmt: skip
NORDIC = Source(
    {
        "Region": (one_of("Skåne", "Öland", "Åland"), "Skåne|Öland|Åland"),
        "Aktiv": (one_of("Ja", "Nej"), "Ja|Nej"),
        "Belopp": (number("{:,.2f}", 9_999_999, decimal=",", thousands=" ", after=" kr"), r"\d{1,3}( \d{3})*,\d\d kr"),
        "Postnr": (one_of("111 22", "413 01", "200 10"), r"\d{3} \d\d"),
        "Födelseår": (lambda at: str(CHANCE.randrange(1940, 2005)), r"\d{4}"),
    },
    ";", "utf-16", "\r\n", ("Region", "Aktiv", "Postnr"),
)  # fmt: skip
POLISH = Source(
    {
        "miasto": (one_of("Łódź", "Żory", "Gdańsk"), "Łódź|Żory|Gdańsk"),
        "zgoda": (one_of("tak", "nie"), "tak|nie"),
        "cena": (number("{:.2f}", 99_999, decimal=",", after=" zł"), r"\d+,\d\d zł"),
        "kod": (one_of("00-950", "90-001"), r"\d\d-\d{3}"),
        "dnia": (on("%Y.%m.%d"), r"\d{4}\.\d\d\.\d\d"),
    },
    ";", "cp1250", "\r\n", ("miasto", "zgoda", "kod"),
)  # fmt: skip
PRICES = Source(
    {
        "region": (one_of("EMEA", "APAC", "LATAM", "NA"), "EMEA|APAC|LATAM|NA"),
        "price": (one_of("1.5", "12.25", "7", "0.999", "3.10"), r"\d+(\.\d{1,3})?"),
        "discount": (one_of("None", "Volume", "Loyalty"), "None|Volume|Loyalty"),
        "stock": (lambda at: "" if at % 4 == 0 else str(CHANCE.randrange(400)), r"\d*"),
        "month": (on("%b %Y"), r"[A-Z][a-z]{2} \d{4}"),
        "swiss": (number("{:,.2f}", 9_999_999, thousands="'", before="CHF "), r"CHF \d{1,3}('\d{3})*\.\d\d"),
    },
    words=("region", "discount"),
)  # fmt: skip
SOURCES = {
    "German sales": GERMAN, "NHS appointments": NHS, "US claims": CLAIMS, "French staff": FRENCH, "timesheets": TIMES,
    "sensors": SENSORS, "Indian amounts": INDIAN, "Nordic payments": NORDIC, "Polish prices": POLISH,
    "a price list": PRICES,
}  # fmt: skip


@pytest.mark.parametrize("name", list(SOURCES))
def test_a_table_of_real_life_comes_back_written_as_it_was(ana, name):
    source = SOURCES[name]
    data = source.data()
    trip = round_trip(
        ana, data, "table.csv", treat={label: {"kind": "keep", "parameters": {}} for label in source.columns}
    )
    out = trip.rendered("csv")
    rows = list(csv.reader(io.StringIO(out.decode(source.encoding), newline=""), delimiter=source.delimiter))
    assert rows[0] == list(source.columns)
    assert out.count("\r\n".encode("utf-16-le" if source.encoding == "utf-16" else "ascii")) == len(rows) * (
        source.end == "\r\n"
    )
    before = list(csv.reader(io.StringIO(data.decode(source.encoding)), delimiter=source.delimiter))
    for place, (label, (_, pattern)) in enumerate(source.columns.items()):
        cells = [row[place] for row in rows[1:]]
        unlike = [cell for cell in cells if not re.fullmatch(pattern, cell)]
        assert not unlike, (label, unlike[:5])
        if label in source.words:
            assert set(cells) == {row[place] for row in before[-ROWS + 5 : -5] if len(row) > place}, label
    assert bool(source.above or source.below) == (
        "not read as data" in trip.notes.lower() or "header was found" in trip.notes
    )
