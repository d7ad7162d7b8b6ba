"""Wagtail's admin without a script that stands in a page (docs/decisions/0013-policy.md).

Wagtail starts its widgets by scripts written into its forms, which the content security policy does not run. Five of its
templates are overridden in `home/templates/wagtailadmin/`, choosers here: both write down what to start, and
`static/admin/start.js` starts it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

_CALL = re.compile(r"(?:new )?(\w+)\((.*)\);", re.DOTALL)


def start(call: str) -> SafeString:
    """The element from which `start.js` makes a call. Takes it as Wagtail writes it: `new PageChooser("id", {…});`.

    Raises ValueError where it is anything but one call with JSON arguments.
    """
    match = _CALL.fullmatch(call)
    if match is None:
        raise ValueError(f"Not one call: {call}")
    name, arguments = match.groups()
    values = json.dumps(json.loads(f"[{arguments}]"))
    return format_html('<template data-start="{}" data-arguments="{}"></template>', name, values)


def render_chooser(widget: Any, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
    """Takes the place of `BaseChooser.render`, whose last line writes a script."""
    id_ = attrs["id"]
    data = widget.get_value_data(value)
    field = widget.render_html(name, data, attrs)
    return format_html("{}{}", field, start(widget.render_js_init(id_, name, data)))
