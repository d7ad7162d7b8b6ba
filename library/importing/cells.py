"""Makes plain text of what cells hold."""

from __future__ import annotations

import html
import re
import unicodedata

# Tags that exports leave in titles and abstracts. Anything else between < and > is text: "P < .05 and b > c".
_TAG = re.compile(
    r"</?(?:jats:\w+|a|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|img|inf|li|mark|ol|p|pre|s|small|span|"
    r"strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
    r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))*\s*/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6]|/?jats:p)\b[^<>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE)
# Controls, marks of direction and of byte order, soft hyphens, halves of characters: nothing that a reader sees.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(cell: str) -> str:
    """The text of a cell on one line: without tags, controls and needless space, in composed characters."""
    text = cell
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _HIDDEN.sub(" ", text)))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    text = _INVISIBLE.sub("", text.replace("\r", "\n"))
    return " ".join(unicodedata.normalize("NFC", text).split())


def cut(text: str, length: int, mark: str = "…") -> str:
    """A text of at most `length` characters, cut at a word and marked where it was cut."""
    if len(text) <= length:
        return text
    room = length - len(mark)
    head = text[: room + 1].rpartition(" ")[0] or text[:room]
    return head.rstrip(" ,;:-–—") + mark


def fold(text: str) -> str:
    """A text as duplicates are compared: whatever its case, its width and its spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
