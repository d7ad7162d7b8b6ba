"""Nothing typed is lost when a session ends: a form that arrives too late is kept, and offered back after signing in.

A form that was answered by the sign-in page (or by the one for the second step) did not arrive. Where the session tells
whose it was, it is kept as a row for that account; else in the page that answers. Files and passwords are never kept.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from members.models import UnsentForm, User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

KEPT_FOR = dt.timedelta(days=7)
MOST = 20  # forms a person; the oldest goes
ACCOUNTS = "/accounts/"  # whose own forms hold passwords and codes

_OWNER = "ended_of"
_NOT_TYPED = {"csrfmiddlewaretoken", "unsent"}


def end(session: SessionBase) -> None:
    """End a session for good. What takes its place knows one thing: whose it was."""
    owner = session[SESSION_KEY]
    session.flush()
    session[_OWNER] = owner


def owner_after_end(session: SessionBase) -> User | None:
    """Whose session ended in this browser."""
    return User.objects.filter(pk=session[_OWNER]).first() if session.get(_OWNER) else None


def offer_after_sign_in(session: SessionBase, user: User) -> None:
    """Remember in a new session whether something waits to be sent."""
    session.pop(_OWNER, None)
    session["unsent"] = user.unsent_forms.exists()


def did_not_arrive(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a form was answered by a way to sign in and back, to the second step, or to the question for consent."""
    if response.status_code != 302 or request.path.startswith(ACCOUNTS):
        return False
    location = urlsplit(response.headers["Location"])
    back = parse_qs(location.query).get(REDIRECT_FIELD_NAME, [""])[0]
    to_sign_in = location.path == reverse("account_login") and urlsplit(back).path == request.path
    return to_sign_in or location.path in (reverse("second_step"), reverse("my_consent"))


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep what was typed. Gives the way to sign in, and then back to it; or, whosever it is, a page that holds it."""
    fields = [[name, value] for name, values in request.POST.lists() for value in values if _is_kept(name)]
    files = [file.name for _, several in request.FILES.lists() for file in several]
    user = request.user if request.user.is_authenticated else owner_after_end(request.session)
    form = UnsentForm(user=user, address=request.get_full_path(), fields=fields, files=files)
    if user is None:
        answer = render(request, "members/sessions/unsent.html", {"forms": [form]}, status=403)
        patch_cache_control(answer, private=True, no_store=True)
        return answer
    form.save()
    UnsentForm.objects.filter(pk__in=user.unsent_forms.values("pk")[MOST:]).delete()
    request.session["unsent"] = True
    location = urlsplit(response.headers["Location"])
    return HttpResponseRedirect(f"{location.path}?{urlencode({REDIRECT_FIELD_NAME: reverse('unsent')})}")


def note_arrival(request: HttpRequest, response: HttpResponse) -> None:
    """A form that was kept has been sent and taken, or stands before the person again: it is kept no longer."""
    key = request.POST.get("unsent")
    if not key or response.status_code >= 400 or not request.user.is_authenticated:
        return
    mine = request.user.unsent_forms
    for form in [form for form in mine.all() if str(form.pk) == key]:
        form.delete()
    request.session["unsent"] = mine.exists()


def forget() -> None:
    """A clock job: what nobody came back for."""
    UnsentForm.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()


def _is_kept(name: str) -> bool:
    return name not in _NOT_TYPED and "password" not in name
