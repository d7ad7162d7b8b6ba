"""What the pages about signing in say."""

from __future__ import annotations

import json
from typing import Any

from django import template

from members.security.second_step import WAY_BACK

register = template.Library()

# What a browser calls itself, in words; the first that is found counts, since browsers name one another.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


@register.filter
def device(user_agent: str) -> str:
    """What somebody signed in with: "Firefox on Windows"."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


@register.simple_tag(takes_context=True)
def way_back(context: dict[str, Any]) -> str:
    """Where somebody wanted to go when a second step was asked of them; empty where it was not."""
    return str(context["request"].session.get(WAY_BACK, ""))


@register.filter
def as_json(value: Any) -> str:
    """A value for a script to read from an attribute."""
    return json.dumps(value)
