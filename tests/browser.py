"""Drives the site in a real Chromium without a server: every request of the browser is answered by Django's test client.

So a browser test sees the world of `conftest` and rolls back to it like any other.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.html import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from playwright.sync_api import Page, Request

ORIGIN = "http://testserver"
REDIRECT = '<!doctype html><meta http-equiv="refresh" content="0;url={}"><script>location.replace({})</script>'
KEPT = ("accept", "range", "x-csrftoken", "x-requested-with")
# Browsers let only pages from a safe origin copy.
ARGUMENTS = ["--no-sandbox", f"--unsafely-treat-insecure-origin-as-secure={ORIGIN}"]


def _answer(client: Client, request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    if parts.path.startswith("/static/"):
        found = finders.find(parts.path.removeprefix("/static/"))
        if found:  # else the site answers: collected files, or nothing
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            return {"body": Path(found).read_bytes(), "content_type": kind}
    if parts.path.startswith(settings.MEDIA_URL):
        stored = Path(settings.MEDIA_ROOT) / parts.path.removeprefix(settings.MEDIA_URL)
        return {"path": stored} if stored.is_file() else {"status": 404}
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = client.generic(
        request.method,
        path,
        request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", ""),
        headers={name: value for name, value in request.headers.items() if name in KEPT},
    )
    if answer.status_code in (301, 302, 303, 307, 308) and request.is_navigation_request():
        # The driver does not see what follows a redirect, so the browser is led on by the page itself.
        target = urljoin(request.url, answer["Location"])
        return {"content_type": "text/html", "body": REDIRECT.format(escape(target), json.dumps(target))}
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return {"status": answer.status_code, "headers": kept, "body": content}


class _Browser:
    """The one Chromium of this process, and the driver that runs it: started when first wanted, kept for every test after.

    The driver has an event loop in this thread. Outside `browser_page` the loop is hidden, so that other tests run as
    they would without it.
    """

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.driver = sync_playwright().start()
        self.loop = asyncio.get_running_loop()
        self.chromium = self.driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)

    def stop(self) -> None:
        self.chromium.close()
        self.driver.stop()


_started: list[_Browser] = []


def stop() -> None:
    """End the browser, if there is one. Called once, when the tests are over."""
    while _started:
        browser = _started.pop()
        asyncio._set_running_loop(browser.loop)
        browser.stop()


@contextmanager
def browser_page(client: Client, *, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Page]:
    """A browser page that sees the site as this client does; `options` are the driver's, such as `timezone_id`.

    Cookies, storage and settings are its own, and go with it.
    """
    ours = connections[DEFAULT_DB_ALIAS]

    def answer(request: Request) -> dict[str, Any]:
        # The driver calls back from a context of its own, in which Django would open another database connection.
        connections[DEFAULT_DB_ALIAS] = ours
        return _answer(client, request)

    loop, allowed = asyncio._get_running_loop(), os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs an event loop in this thread
    if not _started:
        _started.append(_Browser())
    [browser] = _started
    asyncio._set_running_loop(browser.loop)
    try:
        connections[DEFAULT_DB_ALIAS] = ours  # the test itself now runs beside the driver's loop too
        context = browser.chromium.new_context(viewport={"width": width, "height": height}, base_url=ORIGIN, **options)
        try:
            context.route("**/*", lambda route: route.fulfill(**answer(route.request)))
            yield context.new_page()
        finally:
            context.close()
    finally:
        asyncio._set_running_loop(loop)
        if allowed is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = allowed
