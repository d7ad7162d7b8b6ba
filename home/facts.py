"""What an IT desk has to know of this site, read from the settings that make it so."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import get_text_list

from home.files import TYPE_NAMES, size_text

_PORTS = {"https": 443, "http": 80}


def facts() -> list[tuple[str, str]]:
    """What, and how it is here."""
    address = urlsplit(settings.SITE_URL)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    files = [f"{TYPE_NAMES.get(name, name.upper())} (.{name})" for name in settings.WAGTAILDOCS_EXTENSIONS]
    hours = settings.SESSION_COOKIE_AGE // 3600
    pictures = [f".{name}" for name in settings.WAGTAILIMAGES_EXTENSIONS]
    return [
        ("Host", address.hostname or ""),
        ("Port", f"{address.port or _PORTS[address.scheme]} ({address.scheme.upper()})"),
        ("Other hosts that pages load from", get_text_list(_other_hosts(), "and") or "None"),
        ("Mail comes from", sender),
        ("Files to download and to add", get_text_list(files, "and")),
        ("Largest file", size_text(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)),
        (
            "Pictures to add",
            f"{get_text_list(pictures, 'and')}, up to {size_text(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)}",
        ),
        ("Files that are never taken", "Programs, and documents with macros (.docm, .xlsm, .pptm)"),
        ("Cookie that keeps people signed in", f"{settings.SESSION_COOKIE_NAME}, for at most {hours} hours"),
        ("Cookie that protects forms", settings.CSRF_COOKIE_NAME),
    ]


def _other_hosts() -> list[str]:
    """The hosts that the content security policy lets pages load from, beside their own."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    sources = {source for name, values in directives.items() if name.endswith("-src") for source in values}
    return sorted(urlsplit(source).hostname or source for source in sources if "://" in source)
