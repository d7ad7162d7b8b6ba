"""How a picture of a body reaches the reader: WebP at the widths that screens show it, else the picture's own format.

Width and height stand in the HTML, so nothing moves when the picture comes; it comes when it is scrolled to. Widths are
those of a body's column (576 pixels) and of a phone, for screens of one, two and three dots a pixel
(docs/decisions/0008-pictures.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from wagtail.images.shortcuts import get_renditions_or_not_found

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from home.models import SiteImage

WIDTHS = (360, 720, 1152)
FALLBACK = "width-720"
SIZES = "(min-width: 640px) 576px, calc(100vw - 32px)"


def picture(image: SiteImage, alternative_text: str) -> SafeString:
    """The HTML of a picture; an empty text for one that is decoration.

    Makes the copies that are not there yet, never wider than the picture is. Restricted ones keep their own addresses.
    """
    widths = [width for width in WIDTHS if width < image.width]
    if len(widths) < len(WIDTHS):
        widths.append(image.width)
    modern = [f"width-{width}|format-webp" for width in widths]
    copies = get_renditions_or_not_found(image, [FALLBACK, *modern])
    return render_to_string(
        "components/picture.html",
        {
            "fallback": copies[FALLBACK],
            "modern": [copies[name] for name in modern],
            "sizes": SIZES,
            "alternative_text": alternative_text,
        },
    )
