"""How often somebody may try, so that guessing does not pay and nobody can shut somebody else out.

A try counts for an account and the place that it comes from together: the network's address or, where the person has
signed in before, that browser. So whoever tries a neighbor's account from elsewhere uses up tries of their own. Many
places at one account do not close it: signing in there from a new browser then takes a code by mail as well.
The numbers are `ACCOUNT_RATE_LIMITS` in the settings (docs/decisions/0015-signing-in.md says why).
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "known_browser"
KNOWN_FOR = dt.timedelta(days=180)
MOST_PEOPLE = 5  # a browser; of more, the last ones are known
_SALT = "members.known_browser"


def _mark(email: str) -> str:
    return salted_hmac(_SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:24]


def _known(request: HttpRequest) -> dict[str, str]:
    """Who signed in with this browser before, as marks that tell no name, and the browser's own number for each."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}
    return dict(found)


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether somebody has signed in with this address, from this browser, in the last half year."""
    return _mark(email) in _known(request)


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Let a browser in which somebody signed in know it the next time."""
    known = _known(request)
    number = known.pop(_mark(email), None) or secrets.token_urlsafe(12)
    kept = [*known.items(), (_mark(email), number)][-MOST_PEOPLE:]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def place(request: HttpRequest, email: str) -> str:
    """Where a try on an account comes from."""
    browser = _known(request).get(_mark(email))
    return f"browser {browser}" if browser else f"network {get_adapter().get_client_ip(request)}"


def count_failure(request: HttpRequest, email: str) -> None:
    """Count a wrong password for the account as a whole, wherever it came from."""
    ratelimit.consume(request, action="login_failed_account", key=email.lower())


def is_under_attack(request: HttpRequest, email: str) -> bool:
    """Whether so many wrong passwords came for an account, of all places together, that the right one is not enough."""
    return not ratelimit.consume(request, action="login_failed_account", key=email.lower(), dry_run=True)


def may_write(request: HttpRequest, email: str) -> bool:
    """Whether one more mail may be asked for to this address: of this place, and, in a browser that is new, of all."""
    if not ratelimit.consume(request, action="mail", key=f"{email.lower()} {place(request, email)}"):
        return False
    return is_known(request, email) or ratelimit.consume(request, action="mail_account", key=email.lower())
