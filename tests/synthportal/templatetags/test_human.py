"""What people read: sizes, times and shares in words. The expected words are worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from synthportal.templatetags import human

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def test_a_count_has_its_thousands_apart():
    assert human.count(48842) == "48,842"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (2 * 1024**3, "2.0 GiB"),
        (57 * 1024**2, "57 MiB"),
    ],
)
def test_a_size_has_a_binary_unit(size, words):
    assert human.file_size(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (40, "40 s"),
        (59.6, "1 min"),
        (95, "1 min 35 s"),
        (720, "12 min"),
        (7500, "2 h 5 min"),
        (4 * 86400 + 7200, "4 d 2 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds, words):
    assert human.duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "a few seconds left"),
        (41, "about 40 s left"),
        (58, "about 1 min left"),
        (700, "about 12 min left"),
        (None, "time left not known yet"),
    ],
)
def test_time_left_is_coarse_because_it_is_a_guess(seconds, words):
    assert human.left(seconds) == words


def test_a_time_is_relative_with_the_exact_one_on_hover():
    tag = human.time_tag(NOON - timedelta(minutes=3, seconds=20), NOON)
    assert tag == '<time datetime="2026-11-23T11:56:40+00:00" title="2026-11-23 11:56:40 UTC">3 min ago</time>'


def test_a_time_to_come_says_in():
    assert human.relative(-2.5 * 86400) == "in 2 d"


def test_a_share_that_is_not_zero_never_reads_as_zero_nor_almost_all_as_all():
    assert human.percent(0.031) == "3.1 %"
    assert human.percent(0.0001) == "< 0.1 %"
    assert human.percent(0.9999) == "> 99.9 %"
    assert (human.percent(0.0), human.percent(1.0)) == ("0.0 %", "100.0 %")


def test_a_digest_shows_twelve_digits_and_keeps_the_rest_on_hover():
    sha256 = "9f2c" * 16
    assert human.digest(sha256) == f'<code class="digest" title="sha256 {sha256}">9f2c9f2c9f2c</code>'


@pytest.mark.parametrize("say", [human.count, human.duration, human.percent, human.decimal, human.computed])
@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_what_was_not_computed_is_never_shown_as_a_number(say, nothing):
    assert "not computed" in say(nothing)


def test_zero_is_a_value():
    assert human.computed(0) == 0
    assert (human.count(0), human.decimal(0.0), human.percent(0.0)) == ("0", "0", "0.0 %")


@pytest.mark.parametrize(
    ("value", "words"), [(0.91449, "0.914"), (0.5, "0.5"), (48842, "48,842"), (100, "100"), (0.000123, "0.000123")]
)
def test_a_figure_has_three_significant_digits(value, words):
    assert human.decimal(value) == words
