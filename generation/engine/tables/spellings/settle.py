"""What each text column is, once all of the table was seen: a reader for its texts, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from generation.engine.tables.spellings.guess import Guess
from generation.engine.tables.spellings.layouts import layout
from generation.engine.tables.spellings.marks import COMMA, Marks, decimal_mark
from generation.engine.tables.spellings.moments import NUMBERLIKE, MomentReader, cut_layout, joined, swapped
from generation.engine.tables.spellings.months import LANGUAGES
from generation.engine.tables.spellings.readers import Moments, Numbers, Reader, Texts, Times, Truths
from generation.engine.tables.spellings.spelling import Spelling, Written


@dataclass(frozen=True, slots=True)
class Settled:
    """A column's reader and spelling, and predicates about it that need no subject; `doubt` is one to decide."""

    reader: Reader
    spelling: Spelling
    remarks: tuple[str, ...] = ()
    doubt: str = ""


_TEXT = Settled(Texts(), Spelling())
_NO_ONE_DATE = ("holds dates among which many are impossible, so it stays text; write them as YYYY-MM-DD",)
_NO_TIME = (
    "holds dates with something behind them that cannot be read as a time of day, so it stays text. "
    "Choose the layout that they have, or leave it text"
)
_TEXT_KINDS = {"category", "identifier", "text"}


def settle_columns(guesses: Sequence[Guess], explicit: Sequence[bool], delimiter: str | None) -> list[Settled]:
    """One for each guess. `explicit` columns are texts by their format, and may become dates only."""
    marks = [guess.numbers.marks for guess in guesses]
    is_day_first = _order_elsewhere(guesses)
    return [
        _settle(guess, is_explicit, _Around(marks, delimiter, is_day_first))
        for guess, is_explicit in zip(guesses, explicit, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Around:
    """What the others say: the marks of numbers, the file's delimiter, whether other dates start with the day."""

    marks: Sequence[Marks]
    delimiter: str | None
    is_day_first: bool | None


def _order_elsewhere(guesses: Sequence[Guess]) -> bool | None:
    votes = 0
    for guess in guesses:
        dates = guess.moments.dates
        pattern = next(filter(swapped, dates.best()), "")
        if pattern and guess.is_mostly(dates.fits.total()):
            votes += 0 if dates.is_open(pattern) else (1 if pattern.startswith("d") else -1)
    return votes > 0 if votes else None


def _settle(guess: Guess, is_explicit: bool, around: _Around) -> Settled:
    kind = guess.choice.kind
    if kind in _TEXT_KINDS or not guess.values > guess.null_like:
        return _TEXT
    if kind == "number":
        return _as_number(guess, around)
    if kind in {"date", "time"} or (guess.choice.layout and not kind):
        return _as_moment(guess, around) or _TEXT
    if kind == "boolean":
        return _as_truth(guess)
    return _by_the_texts(guess, is_explicit, around)


def _by_the_texts(guess: Guess, is_explicit: bool, around: _Around) -> Settled:
    if guess.is_mostly(guess.booleans.total()) and not is_explicit:
        return _as_truth(guess)
    if _is_moment(guess):
        # Both halves have to fit: a date without its time of day would be another moment.
        is_whole = guess.is_mostly(guess.moments.whole)
        found = _as_moment(guess, around) if is_whole else replace(_TEXT, doubt=_NO_TIME)
        if found:
            return found
    if not is_explicit and not guess.numbers.is_code:
        number = _as_number(guess, around)
        assert isinstance(number.reader, Numbers)  # noqa: S101  that is what it makes
        if guess.is_mostly(guess.numbers.best(number.reader.decimal)[0]):
            return number
    return replace(_TEXT, remarks=_NO_ONE_DATE) if guess.is_mostly(guess.date_like) else _TEXT


def _as_truth(guess: Guess) -> Settled:
    pair, words = guess.truths()
    return Settled(Truths(pair), Spelling(Written.BOOLEAN, "bool", words=words))


def _as_number(guess: Guess, around: _Around) -> Settled:
    decimal, evidence = decimal_mark(guess.numbers.marks, around.marks, around.delimiter)
    if guess.choice.decimal:
        decimal, evidence = guess.choice.decimal, ""
    _, prefix, suffix = guess.numbers.best(decimal)
    is_whole = not guess.numbers.fractions[decimal]
    remarks = [evidence] if evidence else []
    if decimal == COMMA and not evidence and not is_whole:
        remarks.append("holds numbers with a decimal comma")
    if affix := (prefix + suffix).strip():
        remarks.append(f"holds numbers with “{affix}”, which is kept beside them")
    spelling = Spelling(
        Written.NUMBER, "int64" if is_whole else "double", decimal=decimal, prefix=prefix, suffix=suffix
    )
    return Settled(Numbers(decimal, prefix, suffix, is_whole), spelling, tuple(remarks))


def _is_moment(guess: Guess) -> bool:
    dates, times = guess.moments.dates, guess.moments.times
    best = dates.best()
    if not best:
        return guess.is_mostly(times.fits.total()) and guess.is_mostly(guess.moments.without_date)
    if best[0] in NUMBERLIKE:
        return guess.numberlike(best[0])
    # A value may fit several layouts, so their sum may be too much: the reader counts again what it cannot read.
    return guess.is_mostly(sum(dates.fits[pattern] for pattern in best))


def _as_moment(guess: Guess, around: _Around) -> Settled | None:
    dates, times = guess.moments.dates.best(), guess.moments.times.best()
    chosen = guess.choice.layout
    if chosen:
        date, time = cut_layout(chosen)
        dates, times = tuple(filter(None, (date,))), tuple(filter(None, (time,))) or times
    if not dates and not times:
        return None
    dates = tuple(pattern for pattern in dates if pattern == dates[0] or pattern not in NUMBERLIKE)
    doubt, dates = _ordered(guess, dates, around)
    reader = MomentReader(dates, times, guess.this_year, chosen)
    if not dates:
        is_whole = "S" not in "".join(times)
        spelling = Spelling(Written.TIME, "time32[s]" if is_whole else "time64[us]", layout=chosen or times[0])
        return Settled(Times(reader, is_whole), replace(spelling, letters=_letters(guess, spelling.layout)))
    pattern = _layout(guess, chosen or dates[0], times)
    is_date = not layout(pattern).has_time
    spelling = Spelling(
        Written.DATE if is_date else Written.MOMENT,
        "date32[day]" if is_date else "timestamp[us]",
        layout=pattern,
        language=_language(guess, dates),
        letters=_letters(guess, pattern),
    )
    remarks = (f"holds dates in {len(dates)} formats; they are written in the commonest one",) if len(dates) > 1 else ()
    return Settled(Moments(reader, is_date), spelling, remarks, doubt)


def _layout(guess: Guess, date: str, times: tuple[str, ...]) -> str:
    """The layout of the whole cell, of that of its date and those that times of day behind it have."""
    if layout(date).has_time or not guess.moments.times.fits.total():
        return date
    gap = max(guess.moments.gaps, key=lambda one: guess.moments.gaps[one], default=" ")
    return joined(date, gap or " ", times[0] if times else "HH:mm:ss")


def _letters(guess: Guess, pattern: str) -> str:
    """In which letters months or AM and PM are written, where that is not as their language has them."""
    letters, names = guess.moments.usual_letters, layout(pattern).names
    return letters if "month_name" in names or (letters == "lower" and "half" in names) else ""


def _ordered(guess: Guess, dates: tuple[str, ...], around: _Around) -> tuple[str, tuple[str, ...]]:
    """What is in doubt about day and month, and the layouts with the order that the other columns have."""
    asked = [pattern for pattern in dates if guess.moments.dates.is_open(pattern)]
    if not asked or guess.choice.layout:
        return "", dates
    is_day_first = True if around.is_day_first is None else around.is_day_first
    ordered = (p if p not in asked or p.startswith("d") is is_day_first else swapped(p) for p in dates)
    words = "the day" if is_day_first else "the month"
    on = "; no other column says which" if around.is_day_first is None else ", as the other dates of the file do"
    doubt = f"holds dates whose day and month cannot be told apart. They were read with {words} first{on}"
    return doubt, tuple(dict.fromkeys(ordered))


def _language(guess: Guess, dates: tuple[str, ...]) -> str:
    if not dates or not layout(dates[0]).has_names:
        return ""
    fits = guess.moments.dates.languages
    return max(LANGUAGES, key=lambda language: fits[language]) if fits else LANGUAGES[0]
