"""The contact page: the community's own text, and the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from home import access
from home.contact.forms import ContactForm
from home.contact.inbox import receive
from home.models import ContactMessage, HomePage, SiteDocument, StandardPage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TRY_AGAIN = 60 * 60  # seconds: the span of the limit `contact` in ACCOUNT_RATE_LIMITS


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Show the form, with what is known of the sender and of the matter; or take what was sent.

    `?section=ohio` and `?about=barrier` choose beforehand; `?file=` names the
    file of which an accessible copy is asked for. Answers 429, with everything kept, to too many messages from
    one network or one address within an hour.
    """
    if request.method != "POST":
        return _page(request, ContactForm(initial=_known(request)))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    form.instance.file = _file(request, form.cleaned_data["file"])
    sent_before = ContactMessage.objects.filter(fingerprint=form.instance.fingerprint).exists()
    key = form.cleaned_data["email"].lower()
    if not sent_before and not ratelimit.consume(request, action="contact", key=key):
        form.add_error(None, "Several messages came from here within an hour. Wait an hour, then send this one again.")
        response = _page(request, form, status=429)
        response.headers["Retry-After"] = str(TRY_AGAIN)
        return response
    receive(form.instance)
    return redirect("contact_sent")


@require_safe
def contact_sent(request: HttpRequest) -> HttpResponse:
    """What comes after sending: the same for everybody, so it may be opened again."""
    return render(request, "home/contact_sent.html")


def _page(request: HttpRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    page = StandardPage.objects.child_of(HomePage.objects.get()).live().filter(slug="contact").first()
    response = render(request, "home/contact.html", {"page": page, "form": form}, status=status)
    if not request.user.is_authenticated:
        patch_cache_control(response, private=True)  # each opened form is one person's
    return response


def _file(request: HttpRequest, uuid: Any) -> SiteDocument | None:
    """The file that is asked about, if this person may see it."""
    try:
        document = SiteDocument.objects.filter(uuid=uuid).first() if uuid else None
    except ValidationError:
        return None
    return document if document and access.can_see_file(request.user, document) else None


def _known(request: HttpRequest) -> dict[str, Any]:
    known: dict[str, Any] = {name: request.GET[name] for name in ("section", "about") if name in request.GET}
    document = _file(request, request.GET.get("file"))
    if document:
        known |= {"file": document.uuid, "text": f"Please send me an accessible copy of the file “{document.title}”."}
    if request.user.is_authenticated:
        known |= {"name": request.user.get_full_name(), "email": request.user.email}
    return known
