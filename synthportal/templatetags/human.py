"""Numbers, sizes and times as people say them. None and NaN are always "not computed", never 0 or an empty cell."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from synthportal.web.drawing import figure_text

register = template.Library()

NOT_COMPUTED = "not computed"
DIGEST_SHOWN = 12
UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
MINUTE, HOUR, DAY = 60, 3600, 86400


def is_missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


@register.filter
def count(value: float | None) -> str:
    """48842 -> "48,842"."""
    return NOT_COMPUTED if value is None or is_missing(value) else f"{round(value):,}"


def counted(value: float | None, noun: str) -> str:
    """1, "record" -> "1 record"; 4000 -> "4,000 records"."""
    return f"{count(value)} {noun}{'' if value == 1 else 's'}"


@register.filter(name="bytes")
def file_size(value: int | None) -> str:
    """1536 -> "1.5 KiB"; binary units, one decimal below ten."""
    if value is None:
        return NOT_COMPUTED
    if value < 1024:
        return f"{value} B"
    power = min(len(UNITS), (value.bit_length() - 1) // 10)
    size = value / 1024**power
    if round(size) >= 1024 and power < len(UNITS):
        size, power = size / 1024, power + 1
    return f"{size:.1f} {UNITS[power - 1]}" if size < 9.95 else f"{size:.0f} {UNITS[power - 1]}"


@register.filter
def plain(value: float) -> str:
    """A bound as people write it: 1e-09 -> "0.000000001", 1e+15 -> "1,000,000,000,000,000", 0.5 -> "0.5"."""
    number = Decimal(str(value))
    return f"{number:,f}".rstrip("0").rstrip(".") if number % 1 else f"{int(number):,}"


@register.filter
def lower_first(text: str) -> str:
    """A title within a sentence: "Model skill kept" -> "model skill kept"; an abbreviation stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


@register.filter
def duration(seconds: float | None) -> str:
    """The two largest units that matter: "40 s", "3 min", "2 h 5 min", "4 d 2 h"; below ten minutes no part is lost."""
    if seconds is None or is_missing(seconds):
        return NOT_COMPUTED
    whole = max(0, round(seconds))
    if seconds > 0 and not whole:
        return "under 1 s"  # never a time of nothing
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return _two(minutes, "min", rest if minutes < 10 else 0, "s")
    if whole < DAY:
        return _two(whole // HOUR, "h", whole % HOUR // MINUTE, "min")
    return _two(whole // DAY, "d", whole % DAY // HOUR, "h")


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large} {unit} {small} {small_unit}" if small else f"{large} {unit}"


@register.filter
def left(seconds: float | None) -> str:
    """An ETA, coarse because it is a guess: "about 40 s left", "about 12 min left", "time left not known yet"."""
    if seconds is None or is_missing(seconds):
        return "time left not known yet"
    if seconds < 5:
        return "a few seconds left"
    step = 5 if seconds < MINUTE else MINUTE if seconds < HOUR else 5 * MINUTE
    return f"about {duration(max(step, round(seconds / step) * step))} left"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """An aware datetime as "3 min ago" or "in 2 d", with the exact UTC time on hover."""
    return NOT_COMPUTED if moment is None else time_tag(moment, datetime.now(UTC))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """An aware datetime as "2026-11-26 22:31:05" in the portal's time zone, with how long ago on hover."""
    if at is None:
        return NOT_COMPUTED
    words, since = f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}", relative((datetime.now(UTC) - at).total_seconds())
    exact = at.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, since, words)


def time_tag(moment: datetime, now: datetime) -> SafeString:
    exact = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        exact.isoformat(timespec="seconds"),
        f"{exact:%Y-%m-%d %H:%M:%S} UTC",
        relative((now - moment).total_seconds()),
    )


def relative(seconds: float) -> str:
    """Seconds since a moment (negative: until it) in words with one unit."""
    size = abs(seconds)
    if size < MINUTE:
        return "just now" if seconds >= 0 else "in less than a minute"
    unit, name = next((u, n) for u, n in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")) if size >= u)
    words = f"{int(size // unit)} {name}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


@register.filter
def percent(fraction: float | None, digits: int = 1) -> str:
    """0.031 -> "3.1 %". A share that is not quite 0 or 1 never reads as 0 % or 100 %."""
    if fraction is None or is_missing(fraction):
        return NOT_COMPUTED
    least = 10.0**-digits
    if 0 < fraction < 1:
        if round(fraction * 100, digits) == 0:
            return f"< {least:.{digits}f} %"
        if round(fraction * 100, digits) == 100:
            return f"> {100 - least:.{digits}f} %"
    return f"{fraction * 100:.{digits}f} %"


@register.filter
def decimal(value: float | None) -> str:
    """Three significant digits: 0.91449 -> "0.914"."""
    return figure_text(value)


@register.filter
def interval(bounds: tuple[float | None, float | None]) -> str:
    """(0.902, 0.925) -> "0.902 to 0.925"."""
    lower, upper = bounds
    return NOT_COMPUTED if lower is None or upper is None else f"{figure_text(lower)} to {figure_text(upper)}"


@register.filter
def digest(sha256: str | None) -> SafeString | str:
    """The first 12 hex digits, the whole digest on hover."""
    if not sha256:
        return NOT_COMPUTED
    return format_html('<code class="digest" title="sha256 {}">{}</code>', sha256, sha256[:DIGEST_SHOWN])


@register.filter
def computed(value: object) -> object:
    """The value itself, or "not computed" where there is none."""
    missing = value is None or value == "" or (isinstance(value, float) and is_missing(value))
    return format_html('<span class="not-computed">{}</span>', NOT_COMPUTED) if missing else value
