"""How pictures reach readers: modern, at the size shown, with room kept for them, and under the rule of their page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.images import ImageFile
from PIL import Image

from home.models import HomePage, SiteImage
from home.responsive import WIDTHS
from tests import factories
from tests.browser import browser_page
from tests.html import problems


def image(width: int = 2400, height: int = 1200, *, restricted: bool = False, kind: str = "JPEG") -> SiteImage:
    buffer = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind)
    file = ImageFile(BytesIO(buffer.getvalue()), name=f"picture.{kind.lower()}")
    collection = HomePage.objects.get().collection
    return SiteImage.objects.create(title="Slope", file=file, restricted=restricted, collection=collection)


def body(picture: SiteImage, **values: Any) -> list:
    return [("image", {"image": picture, "alternative_text": "A slope", "decorative": False, "caption": "", **values})]


def shown(client, page) -> Any:
    text = client.get(page.url).content.decode()
    assert problems(text) == []
    return BeautifulSoup(text, "html.parser").find("main").find("picture")


def copies(part: Any) -> dict[int, str]:
    """The widths on offer with their addresses."""
    pairs = [pair.split() for pair in part.find("source")["srcset"].split(", ")]
    return {int(width.removesuffix("w")): address for address, width in pairs}


def stored(address: str) -> Image.Image:
    return Image.open(Path(settings.MEDIA_ROOT) / address.removeprefix(settings.MEDIA_URL))


@pytest.mark.parametrize("where", ["body", "rich text"])
def test_a_picture_comes_as_webp_in_three_widths_with_its_own_format_for_old_browsers(where, client):
    if where == "body":
        page = factories.resource(audience="public", body=body(image()))
    else:
        text = f'<embed embedtype="image" id="{image().pk}" format="fullwidth" alt="A slope"/>'
        page = factories.announcement(audience="public", body=text)
    part = shown(client, page)
    assert part.find("source")["type"] == "image/webp"
    assert set(copies(part)) == set(WIDTHS)
    for width, address in copies(part).items():
        assert (stored(address).format, stored(address).size) == ("WEBP", (width, width // 2))
    fallback = part.find("img")
    assert (fallback["width"], fallback["height"]) == ("720", "360")
    assert (stored(fallback["src"]).format, stored(fallback["src"]).size) == ("JPEG", (720, 360))
    assert (fallback["alt"], fallback["loading"]) == ("A slope", "lazy")


@pytest.mark.parametrize(("width", "widths"), [(100, {100}), (360, {360}), (500, {360, 500}), (1152, set(WIDTHS))])
def test_no_copy_is_wider_than_the_picture(width, widths, client):
    part = shown(client, factories.resource(audience="public", body=body(image(width, 100, kind="PNG"))))
    assert set(copies(part)) == widths
    assert int(part.find("img")["width"]) == min(width, 720)
    assert stored(part.find("img")["src"]).format == "PNG"


def test_decoration_has_an_empty_alternative_text(client):
    page = factories.resource(audience="public", body=body(image(), decorative=True))
    assert shown(client, page).find("img")["alt"] == ""


@pytest.mark.slow
def test_a_restricted_picture_keeps_its_rule_in_every_width(as_persona):
    page = factories.resource(audience="section", body=body(image(restricted=True)))
    part = shown(as_persona("ohio-member"), page)
    addresses = [*copies(part).values(), part.find("img")["src"]]
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("/images/restricted/")
        answer = as_persona("ohio-member").get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == ("image/jpeg" if address == addresses[-1] else "image/webp")
        assert "no-store" in answer["Cache-Control"]
        assert as_persona("texas-member").get(address).status_code == 403
        assert as_persona("visitor").get(address).status_code == 302


def test_a_picture_whose_file_is_lost_breaks_no_page(client):
    picture = image()
    page = factories.resource(audience="public", body=body(picture))
    picture.file.storage.delete(picture.file.name)
    assert client.get(page.url).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(("width", "expected"), [(1280, 720), (360, 360)])
def test_a_browser_takes_the_copy_that_fits_and_nothing_moves(width, expected, client):
    page = factories.resource(audience="public", body=[*body(image()), ("text", "<p>Below the picture</p>")])
    with browser_page(client, width=width) as screen:
        held: list[Any] = []
        screen.route("**/media/**", lambda route: held.append(route))  # noqa: PLW0108 - the driver reads its signature
        screen.goto(page.url)
        screen.evaluate("document.fonts.ready")
        picture = screen.locator("main picture img")
        below = screen.get_by_text("Below the picture")
        before = below.bounding_box()
        while not held:
            screen.wait_for_timeout(50)
        for one in held:
            one.fallback()
        picture.evaluate("one => one.decode()")
        assert below.bounding_box() == before
        taken = picture.evaluate("one => one.currentSrc")
        assert taken.endswith(".webp")
        assert f"width-{expected}" in taken
        box = picture.bounding_box()
        assert abs(box["width"] / box["height"] - 2) < 0.02
        assert box["width"] <= width
