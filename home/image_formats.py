"""The pictures of rich text, shown as those of every body are. Wagtail finds this module by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.images.formats import FORMATS, Format, register_image_format, unregister_image_format

from home import responsive

if TYPE_CHECKING:
    from home.models import SiteImage


class ResponsiveFormat(Format):
    """A format whose readers get a picture in several widths; the editor gets Wagtail's one."""

    def image_to_html(self, image: SiteImage, alt_text: str, extra_attributes: dict[str, Any] | None = None) -> str:
        """The HTML of a picture in a text. With `extra_attributes` it is for the editor."""
        if extra_attributes:
            return super().image_to_html(image, alt_text, extra_attributes)
        return responsive.picture(image, alt_text)


for stock in list(FORMATS):
    unregister_image_format(stock)
    register_image_format(ResponsiveFormat(stock.name, stock.label, stock.classname, stock.filter_spec))
