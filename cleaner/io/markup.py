"""Texts that are HTML, from which nobody has taken the article out yet."""

from __future__ import annotations

import re

#: What is said of such a text.
IS_HTML = "it looks like HTML: take the text out first, with an extractor such as trafilatura"
#: Characters at a text's start that are looked at, and closing tags that tell.
_LOOKED_AT, _TAGS = 20_000, 10
# Not compiled here: a start takes long enough, and few texts get so far.
_BEGINS = r"(?i)\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b"
_CLOSING = r"(?i)</[a-z][a-z0-9]{0,9}>"


def is_html(text: str) -> bool:
    """Whether a text looks like HTML.

    >>> is_html("<!DOCTYPE html><p>The ferry sails."), is_html("In HTML, <p> begins a paragraph and </p> ends it.")
    (True, False)
    """
    if text[:1] not in "<\ufeff \t\r\n" and text.count("</", 0, _LOOKED_AT) < _TAGS:
        return False
    return bool(re.match(_BEGINS, text)) or len(re.findall(_CLOSING, text[:_LOOKED_AT])) >= _TAGS
