"""A page's markup without its layout: where a template breaks its lines is no part of what a page says."""

from __future__ import annotations

import re
from typing import Any

BLOCKS = (
    "article|body|br|button|caption|dd|details|div|dl|dt|fieldset|form|h[1-4]|head|header|html|legend|li|link|main|meta|nav|ol|"
    "option|p|script|section|select|summary|table|tbody|td|th|thead|title|tr|ul"
)
BESIDE_A_BLOCK = re.compile(rf" ?(</?(?:{BLOCKS})\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>) ?")


def markup(answer: Any) -> str:
    """The markup of an answer as a browser reads it: runs of white space are one blank, with none beside a block."""
    return BESIDE_A_BLOCK.sub(r"\1", " ".join(answer.content.decode().split()))
