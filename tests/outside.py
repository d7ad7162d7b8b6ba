"""What every answer of the site has to carry, and what no page may hold."""

from __future__ import annotations

import html
import re
from typing import Any

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGES = ("text/html", "application/json")
_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]+\s*=", re.IGNORECASE)
_STYLE = re.compile(r"<style\b|<[a-z][^<>]*?\sstyle\s*=", re.IGNORECASE)


def inline_parts(text: str, *, styles: bool = False) -> list[str]:
    """The scripts and handlers that stand in a page, also those packed for a script to unpack; with `styles` those too."""
    text = html.unescape(text).replace("\\u003C", "<").replace("\\u003E", ">")
    scripts = [tag for tag in _SCRIPT.findall(text) if "src=" not in tag and "application/json" not in tag]
    return scripts + _HANDLER.findall(text) + (_STYLE.findall(text) if styles else [])


def faults(answer: Any, *, secure: bool = False) -> list[str]:
    """What is wrong with an answer, as sentences."""
    said = answer.headers
    found = [f"{name} is {said.get(name)!r}" for name, part in HEADERS.items() if part not in said.get(name, "")]
    if secure and "max-age=31536000" not in said.get("Strict-Transport-Security", ""):
        found.append("no Strict-Transport-Security")
    policy = said.get("Content-Security-Policy", "")
    admin = "style-src 'self' 'unsafe-inline'" in policy
    file = policy.startswith("default-src 'none'")  # which Wagtail says of a document
    if "default-src 'self'" not in policy and not file:
        found.append(f"the policy is {policy!r}")
    if "unsafe" in policy.replace("style-src 'self' 'unsafe-inline'", ""):
        found.append(f"the policy allows too much: {policy}")
    if said.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN") or ("frame-ancestors" not in policy and not file):
        found.append(f"it may be framed: {said.get('X-Frame-Options')!r}")
    if not answer.streaming and said.get("Content-Type", "").startswith(PAGES) and not said.get("Content-Encoding"):
        found += inline_parts(answer.content.decode("utf-8", "replace"), styles=not admin)
    return found
