"""The pages of messages to people: the form, one's messages, and one of them to answer or to report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from home.views import refuse
from members.models import PersonMessage, Profile
from members.profiles.fields import card, name_of
from members.writing import post
from members.writing.forms import AnswerForm, ReportForm, WriteForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

A_DAY = 24 * 60 * 60  # seconds: the span of the limit `write` in ACCOUNT_RATE_LIMITS


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write to a person. For members; neither address is shown. Answers 429, with everything kept, to too many a day."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_member):
        return refuse(request)
    profile = Profile.objects.with_parts().filter(uuid=uuid).first()
    person = card(profile, user) if profile else None
    if not (profile and person and person.fields):
        raise Http404("There is no such person.")
    if not post.may_write(user, profile):
        return refuse(request)
    form = WriteForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        sent_before = PersonMessage.objects.filter(opened=form.opened).exists()
        if sent_before or ratelimit.consume(request, action="write", user=user, key=f"{user.pk}:{profile.user_id}"):
            made = PersonMessage(
                sender=user, recipient=profile.user, text=form.cleaned_data["text"], opened=form.opened
            )
            post.send(made)
            messages.success(request, f"Sent. {person.fields['name']} gets a mail and can answer you here.")
            return redirect(person.url)
        form.add_error(None, "You wrote many messages today. Wait a day, then send this one.")
        status = 429
    response = render(request, "members/writing/write.html", {"form": form, "person": person}, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(A_DAY)
    return response


@require_safe
def messages_of(request: HttpRequest) -> HttpResponse:
    """What one got, the open ones first, and what one wrote."""
    if not request.user.is_authenticated:
        return refuse(request)
    mine = post.theirs(request.user)
    got = sorted(mine.filter(recipient=request.user), key=lambda one: one.answered_at is not None)
    context = {"got": _named(got, "sender"), "sent": _named(mine.filter(sender=request.user), "recipient")}
    return render(request, "members/writing/messages.html", context)


def _named(found: Any, whose: str) -> list[tuple[PersonMessage, str]]:
    return [(one, name_of(getattr(one, whose))) for one in found]


@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One message, for the two whom it concerns. Whom it was sent to answers or reports it."""
    user: Any = request.user
    found = post.theirs(user).filter(uuid=uuid).first() if user.is_authenticated and user.is_active else None
    if found is None:  # not there, or other people's: the answer tells nothing
        return refuse(request)
    got = found.recipient_id == user.pk
    what = request.POST.get("what") if request.method == "POST" else None
    answer_form = AnswerForm(request.POST if what == "answer" else None)
    report_form = ReportForm(request.POST if what == "report" else None)
    if request.method == "POST":
        if not got:
            return refuse(request)
        if what == "answer" and answer_form.is_valid():
            if post.answer(found, answer_form.cleaned_data["answer"]):
                messages.success(request, "Your answer is on its way, with your address.")
            return redirect(found.get_absolute_url())
        if what == "report" and report_form.is_valid():
            if post.report(found, report_form.cleaned_data["reason"]):
                messages.success(request, "Reported. This person cannot write to you again.")
            return redirect(found.get_absolute_url())
    other = found.sender if got else found.recipient
    context = {
        "message": found,
        "got": got,
        "other": other,
        "name": name_of(other),
        "answer_form": answer_form,
        "report_form": report_form,
    }
    return render(request, "members/writing/message.html", context)
