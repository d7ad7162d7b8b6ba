"""Mail as people read it: plain text in 72 columns, signed with the community's name and why it came.

Templates extend `mail/base.txt` (blocks `content` and `why`), those of allauth and of Wagtail included. Sending goes through
the outbox like all mail (docs/decisions/0006-mail.md).
"""

from __future__ import annotations

import functools
import re
import textwrap
from typing import Any
from urllib.parse import quote

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

COLUMNS = 72


def columns(text: str) -> str:
    """A text in lines of at most 72 characters, without empty lines at its ends or two in a row.

    An address stays whole, however long; quoted lines (`> `) keep their mark, and lists their indent.
    """
    lines = [part for line in text.strip().splitlines() for part in _wrapped(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


@functools.lru_cache(maxsize=4096)  # a letter to ten thousand people has the same lines ten thousand times
def _wrapped(line: str) -> tuple[str, ...]:
    if len(line) <= COLUMNS or " " not in line.strip():  # short enough, or an address
        return (line.rstrip(),) if line[:1] in " >-" else (line.strip(),)
    mark = re.match(r"\s*(?:> |- )?", line)[0]  # type: ignore[index]  # matches anything
    indent = mark if mark.strip() == ">" else " " * len(mark)
    parts = textwrap.wrap(
        line.strip() if not mark else line.rstrip(),
        COLUMNS,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return tuple(parts) or ("",)


def mailto(address: str, subject: str, body: str) -> str:
    """The address that opens somebody's mail program with a message begun (RFC 6068). `address` may be empty."""
    lines = "\r\n".join(body.splitlines())
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"


def message(
    template: str,
    subject: str,
    recipient: str,
    context: dict[str, Any],
    *,
    reply_to: str = "",
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """One message to one person, not yet sent: `mail/<template>.txt` with this context. Its subject is one line, whatever
    the names in it.

    Where many are written at once, `community` (the sender's `CommunitySettings`) in the context saves a look-up for each.
    """
    return EmailMessage(
        " ".join(subject.split()),
        render_to_string(f"mail/{template}.txt", context).strip(),
        to=[recipient],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"} | (headers or {}),
    )


def send(template: str, subject: str, recipient: str, context: dict[str, Any], *, reply_to: str = "") -> None:
    """Write one message to one person.

    Raises BadHeaderError for an address that holds a line break.
    """
    message(template, subject, recipient, context, reply_to=reply_to).send()
