"""The pages of joining: the request form, where a request stands, answering, and inviting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.views import SignupView
from allauth.core import ratelimit
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home.views import refuse
from members.joining import answering, inviting
from members.joining.forms import AskForm, DeclineForm, FurtherForm, InviteForm, SendForm
from members.models import Invitation, JoinRequest
from members.roster.views import for_those_who_manage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from home.models import SectionPage

ANSWERED_SHOWN = 20


class AskView(SignupView):
    """allauth's sign-up with our form. `?section=ohio`, or the `?invitation=` of a mail, fill in what is known."""

    form_class = AskForm

    def get_initial(self) -> dict[str, Any]:
        """What the address says."""
        initial = super().get_initial()
        if invitation := inviting.by_token(self.request.GET.get("invitation", "")):
            return initial | {
                "email": invitation.email,
                "name": invitation.name,
                "section": invitation.section.slug,
            }
        return initial | {"section": self.request.GET.get("section", "")}

    def get_authenticated_redirect_url(self) -> str:
        """Whoever has an account asks there."""
        return reverse("join")


ask = AskView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Where one's own requests stand, invitations to take, and a form to ask for one more section."""
    user = request.user
    if not user.is_authenticated:
        if request.method == "POST":
            return refuse(request)
        query = request.GET.urlencode()
        return redirect(reverse("account_signup") + (f"?{query}" if query else ""))
    form = FurtherForm(
        request.POST if request.method == "POST" else None,
        user=user,
        initial={"section": request.GET.get("section", "")},
    )
    if request.method == "POST" and form.is_valid():
        if too_many := ratelimit.consume_or_429(request, action="join", user=user):
            return too_many
        _ask_for(user, form)
        return redirect("join")
    mine = JoinRequest.objects.filter(user=user).select_related("section", "decided_by").order_by("-asked_at")
    invitations = [(one, inviting.address_of(one)) for one in inviting.waiting_for(user)]
    context = {
        "form": form,
        "requests": [(one, answering.whose(one.section) if one.waits else "") for one in mine],
        "invitations": invitations,
    }
    return render(request, "members/joining/join.html", context)


def _ask_for(user: Any, form: FurtherForm) -> None:
    """Make the request and send it; a second press finds the first one's."""
    try:
        with transaction.atomic():
            made = JoinRequest.objects.create(user=user, **form.cleaned_data)
            answering.send(made)
    except IntegrityError:
        return


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What one has to answer, the longest waiting on top, and what was answered last."""
    if not answering.answers(request.user):
        return refuse(request)
    theirs = answering.theirs(request.user).select_related("user", "section", "decided_by")
    context = {
        "waiting": theirs.filter(decided_at=None),
        "answered": theirs.exclude(decided_at=None).order_by("-decided_at")[:ANSWERED_SHOWN],
    }
    return render(request, "members/joining/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who, where they work, why; to approve, or to decline with a reason."""
    asked = answering.theirs(request.user).filter(pk=pk).select_related("user", "section", "decided_by").first()
    if asked is None:  # not there, or somebody else's: the answer tells nothing
        return refuse(request)
    form = DeclineForm(request.POST if request.POST.get("answer") == "decline" else None)
    if request.method == "POST":
        done = None
        if request.POST.get("answer") == "approve":
            done = answering.approve(asked, request.user)
        elif form.is_valid():
            done = answering.decline(asked, request.user, form.cleaned_data["reason"])
        if done is not None:
            _say(request, asked, done)
            return redirect("requests" if done else asked.get_absolute_url())
    context = {"asked": asked, "form": form, "expected": asked.expected}
    return render(request, "members/joining/request.html", context)


def _say(request: HttpRequest, asked: JoinRequest, done: bool) -> None:
    if not done:
        messages.warning(request, "Somebody answered this request a moment ago. Nothing was changed now.")
    elif asked.approved:
        messages.success(request, f"{asked.user} is now a member in {asked.section}. A mail tells them.")
    else:
        messages.success(request, f"Declined. A mail tells {asked.user} why.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_manage
def invite(request: HttpRequest, section: SectionPage | None) -> HttpResponse:
    """A form for a list of people, and the invitations that are open. Sent, it shows what would happen, and does nothing."""
    if section is None:  # the whole community's members are appointed
        return refuse(request)
    form = InviteForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"section": section, "form": form}
    if request.method == "POST" and form.is_valid():
        lines = inviting.read(form.text(), section)
        if len(lines) <= inviting.MOST:
            good = sum(not line.problem for line in lines)
            people = SendForm.signed(lines, section.slug) if good else ""
            context |= {"lines": lines, "good": good, "send": SendForm(initial={"people": people})}
            return render(request, "members/joining/preview.html", context)
        form.add_error("people", f"These are {len(lines)} people. Invite at most {inviting.MOST} at once.")
    context["open"] = Invitation.objects.open().filter(section=section).select_related("invited_by")
    return render(request, "members/joining/invite.html", context)


@require_POST
@for_those_who_manage
def send_invitations(request: HttpRequest, section: SectionPage | None) -> HttpResponse:
    """Invite the people of a list that was looked over."""
    form = SendForm(request.POST)
    lines = form.lines(section.slug) if section and form.is_valid() else []
    if section is None or not lines:
        messages.error(request, "This list is too old. Enter it again.")
        return redirect("invite", section.slug) if section else refuse(request)
    if too_many := ratelimit.consume_or_429(request, action="invite_send", user=request.user):
        return too_many
    count = inviting.invite(lines, section, request.user)
    messages.success(request, f"{count} {'person is' if count == 1 else 'people are'} invited. A mail is on its way.")
    return redirect("invite", section.slug)


@require_POST
@for_those_who_manage
def withdraw(request: HttpRequest, section: SectionPage | None, pk: int) -> HttpResponse:
    """Take an invitation back. One that is gone already is fine too."""
    if section is None:
        return refuse(request)
    Invitation.objects.filter(section=section, accepted_at=None, pk=pk).delete()
    messages.success(request, "The invitation is withdrawn. Its link no longer works.")
    return redirect("invite", section.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link of a mail opens: who invites to what. Taking it up is a press, by whoever has the address."""
    found = inviting.by_token(token)
    mine = (
        found is not None
        and request.user.is_authenticated
        and inviting.waiting_for(request.user).filter(pk=found.pk).exists()
    )
    if request.method == "POST":
        if not (found and mine):
            return refuse(request)
        if request.POST.get("answer") == "accept":
            inviting.accept(found, request.user)
            messages.success(request, f"You are now a member in {found.section}.")
            return redirect(found.section.get_url(request))
        inviting.refuse(found, request.user)
        messages.success(request, "The invitation is gone. Nobody is told.")
        return redirect("/")
    context = {"invitation": found, "mine": mine, "token": token}
    return render(request, "members/joining/invitation.html", context)
