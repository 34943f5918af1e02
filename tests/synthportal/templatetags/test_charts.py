"""Plots: positions worked out by hand, names for screen readers, numbers beside them, no data that becomes markup."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthportal.templatetags import charts
from synthportal.templatetags.charts import Estimate, MapPoint, Reading, Series
from synthportal.web.drawing import Scale, place_labels, ticks

HOSTILE = '"><script>alert(1)</script>'
LABELS = ["a", "b", "c"]


def all_plots(name):
    """Each kind of plot, with `name` wherever a string of the data goes."""
    estimates = [Estimate(name, 0.5, 0.4, 0.6), Estimate("none", None)]
    return {
        "sparkline": charts.sparkline([1, 0, 3], name),
        "distribution": charts.distribution([name, "b"], [0.5, 0.5], [0.25, 0.75], name),
        "bars": charts.bars(estimates, name, 0.45),
        "heatmap": charts.heatmap([name, "b", "c"], [[1, 0.2, None], [0.2, 1, 0.5], [None, 0.5, 1]], name),
        "lines": charts.lines([Series(name, [(0, 0), (1, 1)])], name, name, name),
        "strip": charts.strip(Reading(0.5, 0.4, 0.6, 0.45, 0.1, 0.9), name),
        "oc_curve": charts.oc_curve([(0, 1), (0.01, 0.05), (0.02, 0.0)], 0.01, name),
        "map": charts.privacy_utility_map([MapPoint(name, estimates[0], estimates[0], True)], name, name, name),
    }


@pytest.mark.parametrize("kind", list(all_plots("x")))
def test_every_plot_is_an_image_with_a_name_and_a_description(kind):
    root = ET.fromstring(f"<root>{all_plots('Ages')[kind]}</root>")
    image = next(element for element in root.iter("svg") if element.get("role") == "img")
    assert image.get("aria-label") == image.find("title").text == "Ages"
    assert image.find("desc").text


@pytest.mark.parametrize("kind", ["distribution", "bars", "heatmap", "lines", "oc_curve", "map"])
def test_every_figure_gives_its_numbers_as_a_table(kind):
    root = ET.fromstring(all_plots("Ages")[kind])
    assert root.find("details/summary").text == "Show the numbers"
    assert len(root.findall(".//tbody/tr")) >= 1


@pytest.mark.parametrize("kind", list(all_plots("x")))
def test_data_never_becomes_markup_nor_style(kind):
    markup = all_plots(HOSTILE)[kind]
    root = ET.fromstring(f"<root>{markup}</root>")
    assert not list(root.iter("script"))
    assert not re.search(r"\sstyle=|<style|\son\w+=|fill=|stroke=", markup)


def circles(markup):
    return [(float(x), float(y)) for x, y in re.findall(r'<circle[^>]* cx="([\d.]+)" cy="([\d.]+)"', markup)]


def test_a_value_in_the_middle_of_the_scale_stands_in_the_middle():
    assert circles(charts.strip(Reading(0.25, low=0, high=0.5), "x")) == [(120.0, 12.0)]


def refused(markup):
    found = re.search(r'class="strip-refused" x="([\d.]+)" y="\d+" width="([\d.]+)"', markup)
    return tuple(float(part) for part in found.groups())


def test_the_refused_side_is_below_the_limit_when_higher_is_better_and_above_it_otherwise():
    """The scale runs from 8 to 232 px: 0.75 stands at 8 + 0.75 * 224 = 176."""
    assert refused(charts.strip(Reading(0.9, threshold=0.75), "x")) == (8.0, 168.0)
    assert refused(charts.strip(Reading(0.9, threshold=0.75, higher_is_better=False), "x")) == (176.0, 56.0)


def test_a_metric_that_was_not_computed_has_no_dot_and_says_so():
    markup = charts.strip(Reading(None, threshold=0.5), "x")
    assert circles(markup) == []
    assert "value not computed" in markup


def test_the_operating_characteristic_names_the_risk_at_the_refused_rate():
    """0.99 ** 299 = 0.0495: 299 with none accepts a lot with 1 % leaks one time in twenty."""
    points = [(p / 1000, (1 - p / 1000) ** 299) for p in range(21)]
    assert "A lot with 1 % leaks is accepted with probability 0.0495" in charts.oc_curve(points, 0.01, "299 / 0")


def test_the_distance_of_two_distributions_is_half_the_sum_of_their_differences():
    assert "Total variation distance 0.3" in charts.distribution(LABELS, [0.5, 0.3, 0.2], [0.2, 0.4, 0.4], "x")


def test_the_last_of_many_bins_is_named_inside_the_plot():
    labels = [f"{low:,} to {low + 27_000:,}" for low in range(0, 500_000, 25_000)]
    shares = [1 / len(labels)] * len(labels)
    names = re.findall(r'<text class="([^"]*)" x="([\d.]+)" y="194', charts.distribution(labels, shares, shares, "x"))
    assert names == [("", "44.0"), ("anchor-middle", "224.6"), ("anchor-end", "388.0")]


def test_a_bin_with_one_record_among_a_million_is_still_seen():
    heights = [float(h) for h in re.findall(r'height="([\d.]+)"/>', charts.sparkline([1_000_000, 1, 0], "x"))]
    assert heights == [20.0, 1.0, 0.0]


def test_a_heat_map_tells_not_computed_from_zero():
    markup = charts.heatmap(["a", "b"], [[1.0, None], [0.0, 1.0]], "x")
    assert re.findall(r"heat-(\w+)", markup) == ["9", "none", "0", "9"]


def test_a_run_that_was_not_computed_is_in_the_table_but_not_on_the_map():
    known, unknown = Estimate("", 0.5), Estimate("", None)
    markup = charts.privacy_utility_map([MapPoint("one", known, known), MapPoint("two", known, unknown)], "x", "u", "p")
    assert len(circles(markup)) == 1
    assert '<th scope="row">two</th>' in markup


def test_labels_of_near_points_do_not_cover_each_other():
    places = place_labels([(100, 100), (104, 100)], ["run 1", "run 2"])
    assert places[0] != places[1]
    (x0, y0), (x1, y1) = places
    assert abs(x0 - x1) >= 30 or abs(y0 - y1) >= 12


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 48842, [0, 10000, 20000, 30000, 40000]), (3, 3, [3])],
)
def test_ticks_are_round_numbers(low, high, expected):
    assert ticks(low, high) == expected


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e7, 1e7))
def test_a_scale_never_leaves_its_frame(low, high, value):
    assert 10 <= Scale(min(low, high), max(low, high), 10, 90)(value) <= 90


@pytest.mark.parametrize("empty", [[], [0, 0, 0]])
def test_nothing_to_draw_is_drawn_as_nothing(empty):
    assert f"{len(empty)} bins, 0 records" in charts.sparkline(empty, "x")
    assert "not computed" in charts.heatmap([], [], "x")
    assert charts.bars([], "x")
    assert charts.lines([], "x", "a", "b")


def test_a_crowded_map_names_its_current_runs_and_the_others_on_hover_and_in_the_table():
    points = [MapPoint(f"run {n}", Estimate("", n / 10), Estimate("", n / 10), n == 3) for n in range(8)]
    markup = charts.privacy_utility_map(points, "x", "u", "p")
    assert markup.count("mark-label is-current") == 1
    assert ">run 3</text>" in markup
    assert ">run 5</text>" not in markup
    assert markup.count("<title>run 5</title>") == 1
    assert '<th scope="row">run 5</th>' in markup
