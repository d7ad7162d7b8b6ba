"""Pictures of the demonstration for docs/screenshots/, wide and on a phone, each as the person who would see the page.

    make screenshots                    # makes the demonstration anew, at the moment of benchmarks/served_settings.py
    .venv/bin/python scripts/screenshots.py --keep home call

Needs Chromium on the path. A picture shows the top of a page, as far as the height given here; it is reduced to few
colours and stays small.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not scripts/, whose elasticsearch.py is not the library

from benchmarks.served import pages, served  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TARGET = ROOT / "docs" / "screenshots"
WIDTHS = {1280: 1500, 360: 1500}  # width -> the greatest height
COLOURS = 128
VISITOR, MEMBER, EDITOR = "", "ohio-member@worksite.example", "ohio-editor@worksite.example"


@dataclass(frozen=True)
class Shot:
    """One page: its name, whose eyes see it, and its address where `benchmarks.served.pages` has none."""

    name: str
    person: str = VISITOR
    address: str = ""


SHOTS = (
    Shot("home"),
    Shot("home-member", MEMBER, "/"),
    Shot("states"),
    Shot("section"),
    Shot("library"),
    Shot("resource"),
    Shot("event"),
    Shot("call", MEMBER),
    Shot("webinar"),
    Shot("announcement"),
    Shot("search", MEMBER, "/search/?q=screening&type=resource"),
    Shot("sign-in", VISITOR, "/accounts/login/"),
    Shot("admin-home", EDITOR, "/admin/"),
    Shot("admin-edit", EDITOR),
)


def main() -> None:
    """Take them all, or those named."""
    from playwright.sync_api import sync_playwright

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*")
    options.add_argument("--keep", action="store_true", help="use the demonstration that was made before")
    chosen = options.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs an event loop in this thread
    with served(fresh=not chosen.keep) as origin, sync_playwright() as playwright:
        addresses = pages() | {"admin-edit": _form()}
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for shot in SHOTS:
            if not chosen.names or shot.name in chosen.names:
                for width, height in WIDTHS.items():
                    address = origin + (shot.address or addresses[shot.name])
                    _save(_picture(browser, address, shot.person, width, height), TARGET / f"{shot.name}-{width}.webp")
        browser.close()
    total = sum(file.stat().st_size for file in TARGET.iterdir())
    print(f"{TARGET.relative_to(ROOT)}: {total / 1024:.0f} kB")  # noqa: T201


def _form() -> str:
    """The form of an announcement of Ohio."""
    from home.models import AnnouncementPage

    page = AnnouncementPage.objects.live().filter(section__code="OH").order_by("-first_published_at").first()
    return f"/admin/pages/{page.pk}/edit/"


def _cookies(person: str, origin: str) -> list[Any]:
    """What a browser holds after this person has signed in."""
    from benchmarks.signed_in import signed_in
    from members.models import User

    client = signed_in(User.objects.get(email=person))
    return [{"name": name, "value": cookie.value, "url": origin} for name, cookie in client.cookies.items()]


def _picture(browser: Browser, address: str, person: str, width: int, height: int) -> bytes:
    from django.conf import settings
    from django.utils import timezone

    context = browser.new_context(
        viewport={"width": width, "height": 800},
        timezone_id=settings.TIME_ZONE,
        locale="en-US",
        reduced_motion="reduce",
        has_touch=width < 640,
    )
    if person:
        context.add_cookies(_cookies(person, "/".join(address.split("/")[:3])))
    page = context.new_page()
    page.clock.install(time=timezone.now())  # the server's moment
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        sys.exit(f"{address} answered {answer and answer.status}.")
    page.evaluate("document.fonts.ready")
    shown = min(height, page.evaluate("Math.max(document.documentElement.scrollHeight, 600)"))
    page.set_viewport_size({"width": width, "height": shown})
    page.wait_for_timeout(300)
    picture = page.screenshot()
    context.close()
    return picture


def _save(picture: bytes, target: Path) -> None:
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.convert("RGB").save(target, lossless=True, quality=100, method=6)
    print(f"{target.name}: {target.stat().st_size / 1024:.0f} kB", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
