"""Every view that can open a session is allauth's, or leads to it: a new one has to be looked at here."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, resolve

ROOT = Path(settings.BASE_DIR)

# What a view says when it opens a session, or ends a step of signing in.
OPENS = re.compile(
    r"\b(?:auth_login|django_login|perform_\w*login|resume_login|complete_signup|finalize_password_reset|verify_email_and_resume|login)\("
    r"|\.(?:exit|finish|login)\("
)
ALLAUTH = {
    "account_login": "password, then the second step",
    "account_signup": "as far as the mail that confirms the address",
    "account_confirm_login_code": "a code by mail, then the second step",
    "account_confirm_email": "confirms; signs nobody in (ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION is off)",
    "account_reset_password_from_key": "sets a password; signs nobody in (ACCOUNT_LOGIN_ON_PASSWORD_RESET is off)",
    "mfa_authenticate": "the second step",
    "mfa_trust": "after the second step",
    "mfa_login_webauthn": "a passkey that its device has unlocked",
}
# Wagtail's own, which never answer: another view stands before them.
CLOSED = {"wagtailadmin_password_reset_confirm": "/admin/password_reset/confirm/Mg/a-token/"}  # 404, by the settings
SHADOWED = {
    "wagtailadmin_login": "/admin/login/",
    "wagtailcore_login": "/_util/login/",
}
# The functions that open a session, wherever they come from.
FUNCTIONS = {"login", "alogin", "LoginView", "perform_login", "resume_login", "perform_password_login", "force_login"}


def _bare(view):
    """A view without what was wrapped around it."""
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def views(patterns=None):
    """Every view with its name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or pattern.lookup_str, _bare(pattern.callback)
        else:
            yield from views(pattern.url_patterns)


_source = functools.cache(inspect.getsource)


def source_of(view) -> str:
    """What a view does, with what it inherits."""
    kind = getattr(view, "view_class", None)
    if kind is None:
        return inspect.getsource(view if inspect.isroutine(view) else type(view))
    mine = [one for one in kind.__mro__ if not one.__module__.startswith(("builtins", "django.views.generic"))]
    return "\n".join(_source(one) for one in mine)


@pytest.mark.slow
def test_the_views_that_open_a_session_are_these():
    opening = {name for name, view in views() if OPENS.search(source_of(view))}
    # Our own page of the code hands over to allauth's view.
    assert opening | {"account_confirm_login_code"} == {*ALLAUTH, *SHADOWED, *CLOSED}


def test_wagtails_own_ways_in_lead_to_the_sites(client):
    for address in SHADOWED.values():
        assert resolve(address).func.view_class.__name__ == "RedirectView"
        for answer in (client.get(address), client.post(address, {"username": "x", "password": "y"})):
            assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")


def test_wagtails_own_way_to_a_new_password_is_closed(client):
    for address in CLOSED.values():
        assert client.get(address).status_code == 404
        assert client.post(address, {"new_password1": "x", "new_password2": "x"}).status_code == 404


def test_nothing_of_ours_opens_a_session_itself():
    found = []
    for file in (file for app in ROOT.iterdir() if (app / "__init__.py").exists() for file in app.rglob("*.py")):
        parts = file.relative_to(ROOT).parts
        if parts[0] in ("tests", "benchmarks", "scripts") or "commands" in parts:  # nobody asks for these by the web
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.contrib.auth", "allauth")):
                found += [f"{file.relative_to(ROOT)}: {name.name}" for name in node.names if name.name in FUNCTIONS]
            if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS - {"login"}:
                found.append(f"{file.relative_to(ROOT)}: {node.attr}")
    assert found == []


def test_only_allauths_backend_judges_who_somebody_is():
    assert settings.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
    assert not getattr(settings, "ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION", False)
    assert not getattr(settings, "ACCOUNT_LOGIN_ON_PASSWORD_RESET", False)
