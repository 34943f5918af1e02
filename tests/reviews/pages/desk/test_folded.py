"""What machines say to each other in a conversation is folded, at the desk and where released records are looked at."""

from __future__ import annotations

import json
import re

from django.template.loader import render_to_string

from reviews.engine.reading.rarity import NOTHING_KNOWN
from reviews.pages.desk.card import Reading, shown_record

CALLED = {"function": {"name": "find_order", "arguments": json.dumps({"mail": "a@b.example"})}}
TALK = json.dumps(
    [
        {"role": "user", "content": "Where is <it>?"},
        {"role": "assistant", "content": "One moment.", "tool_calls": [CALLED]},
        {"role": "tool", "content": json.dumps({"state": "sent"})},
    ]
)


def folds(html: str) -> list[str]:
    return re.findall(r'<details class="folded"><summary>(.*?)</summary><pre>', html)


def test_at_the_desk_arguments_and_results_are_closed_and_their_findings_lit() -> None:
    shown = shown_record([("messages", TALK)], Reading(NOTHING_KNOWN, "chat"), with_found=True)
    html = render_to_string("reviews/desk/_record.html", {"card": {"shown": shown, "position": 1}})
    assert folds(html) == ["3 lines of data", "3 lines of data"]
    assert " open" not in "".join(re.findall(r"<details[^>]*>", html))
    assert "calls find_order" in html
    assert re.search(r"<mark[^>]*>a@b\.example", html)
    assert html.index("calls find_order") < html.index("a@b.example")


def test_a_released_conversation_is_read_turn_by_turn_and_other_data_is_closed() -> None:
    rows = [(1, [TALK, json.dumps({"b": [1, 2]}), "plain <text>", None])]
    html = render_to_string("reviews/viewer/_table.html", {"head": [], "rows": rows})
    assert len(folds(html)) == 3
    assert "Where is &lt;it&gt;?" in html
    assert "plain &lt;text&gt;" in html
    assert "find_order" in html
