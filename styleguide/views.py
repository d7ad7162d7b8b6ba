"""The living page of components: the real templates, filled with made-up objects, in each of their states."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from styleguide.samples import samples

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from styleguide.samples import Sample

# Where a component names an id of its own or refers to one, or names a part. On a real page each stands once.
REFERENCE = re.compile(r'\b(id|for|aria-label|aria-labelledby|aria-describedby|aria-controls|href)="(#?)([^"]*)"')


def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; for administrators, and for everybody where the demonstration community is allowed. Else 403."""
    if not (settings.DEMONSTRATION or request.user.is_superuser):
        raise PermissionDenied
    numbers = count(1)
    groups = [
        {
            "name": name,
            "samples": [
                (sample, number, _drawn(request, sample, number))
                for sample, number in zip(shown, numbers, strict=False)
            ],
        }
        for name, shown in samples().items()
    ]
    return render(request, "styleguide/styleguide.html", {"groups": groups})


def _drawn(request: HttpRequest, sample: Sample, number: int) -> SafeString:
    """A component's HTML, with its ids and names made unlike those of the other samples."""
    path = sample.template if "/" in sample.template else f"components/{sample.template}"
    html = render_to_string(f"{path}.html", sample.context, request)
    own = set(re.findall(r'\bid="([^"]+)"', html))

    def renamed(found: re.Match[str]) -> str:
        name, hash_sign, value = found.groups()
        if name == "href" and not hash_sign:
            return found[0]
        if name == "aria-label":
            return f'{name}="{value}, {sample.state}"'
        values = [f"{part}-{number}" if part in own else part for part in value.split()]
        if name == "aria-labelledby":
            values.insert(0, f"sample-{number}")
        return f'{name}="{hash_sign}{" ".join(values)}"'

    return mark_safe(REFERENCE.sub(renamed, html))  # noqa: S308  rendered by our own templates
