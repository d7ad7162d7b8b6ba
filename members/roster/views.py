"""The members of a place: the list, one person's role, the file to take along, and handing over. For its leads."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home import mail
from home.models import SectionPage
from home.views import refuse
from members import authority, handover
from members.models import Action, Membership, Role, User, record
from members.roster.forms import AppointForm, HandOverForm, RoleForm
from members.roster.people import row_of, rows, workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

COMMUNITY = "community"  # stands for the whole community where an address names a section
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def slug_of(section: SectionPage | None) -> str:
    """How an address names a place."""
    return section.slug if section else COMMUNITY


def for_those_who_manage(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view whose address names a place: it gets the section (or None), and refuses whoever does not manage it.

    A place that does not exist is refused in the same way, so that an address tells nothing.
    """

    @wraps(view)
    def answer(request: HttpRequest, place: str, **kwargs: Any) -> HttpResponse:
        section = None if place == COMMUNITY else SectionPage.objects.filter(slug=place).first()
        known = section is not None or place == COMMUNITY
        if not (known and authority.manages(request.user, section)):
            return refuse(request)
        return view(request, section, **kwargs)

    return answer


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The places whose members one looks after; straight to the list where it is one."""
    user = request.user
    if not user.is_authenticated:
        return refuse(request)
    mine = [*SectionPage.objects.order_by("title"), None] if user.is_superuser else authority.places_led(user)
    if not mine:
        return refuse(request)
    if len(mine) == 1:
        return redirect("roster", slug_of(mine[0]))
    seats = authority.open_seats()
    found = [(authority.place_name(one), slug_of(one), seats.get(one.pk, []) if one else []) for one in mine]
    return render(request, "members/roster/places.html", {"places": found})


@require_safe
@for_those_who_manage
def roster(request: HttpRequest, section: SectionPage | None) -> HttpResponse:
    """Who is a member, in which role, when last here, and how safely they sign in."""
    return _roster(request, section, AppointForm(initial={"role": Role.LEAD}))


def _roster(request: HttpRequest, section: SectionPage | None, form: AppointForm) -> HttpResponse:
    context = {
        "section": section,
        "place": authority.place_name(section),
        "slug": slug_of(section),
        "rows": rows(section),
        "former": rows(section, active=False),
        "has_lead": authority.leads(section).exists(),
        "form": form if request.user.is_superuser else None,
    }
    return render(request, "members/roster/roster.html", context)


@require_POST
@for_those_who_manage
def appoint(request: HttpRequest, section: SectionPage | None) -> HttpResponse:
    """Give a role to somebody who has an account. For administrators, who appoint the first lead of a section."""
    if not request.user.is_superuser:
        return refuse(request)
    form = AppointForm(request.POST)
    if not form.is_valid():
        return _roster(request, section, form)
    user = form.cleaned_data["email"]
    membership = Membership.objects.filter(user=user, section=section).first()
    membership = membership or Membership(user=user, section=section, active=False)
    if not _assign(request, membership, Role(form.cleaned_data["role"])):
        return _roster(request, section, form)
    return redirect("roster", slug_of(section))


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_manage
def person(request: HttpRequest, section: SectionPage | None, pk: int) -> HttpResponse:
    """One person here: what is known, and the role."""
    membership = _membership(section, pk)
    form = RoleForm(_sent(request), membership=membership, by=request.user)
    if request.method == "POST" and form.is_valid():
        if _assign(request, membership, form.chosen(), form=form, vacant=form.cleaned_data.get("vacant", False)):
            return redirect("roster", slug_of(section))
        membership = _membership(section, pk)
    context = {
        "form": form,
        "membership": membership,
        "row": row_of(membership),
        "belongings": handover.belongings(membership),
        "place": authority.place_name(section),
        "slug": slug_of(section),
    }
    return render(request, "members/roster/person.html", context)


def _assign(
    request: HttpRequest,
    membership: Membership,
    role: Role | None,
    *,
    form: RoleForm | None = None,
    vacant: bool = False,
) -> bool:
    """Give the role, tell the person by mail and the lead on the page; False where the form now says why not."""
    before = membership.standing
    try:
        authority.assign(membership, role, request.user, vacant=vacant)
    except ValidationError as error:
        if form is None:
            messages.error(request, error.messages[0])
        else:
            form.add_error("role", error)
        return False
    if membership.standing != before:
        _tell(membership, request.user)
        messages.success(request, f"{membership.user}: {before.lower()} before, {membership.standing.lower()} now.")
    return True


def _tell(membership: Membership, by: Any) -> None:
    """A mail about the new role, but not to whoever changed it."""
    if membership.user == by or not membership.user.is_active:
        return
    where = membership.section.title if membership.section else "the whole community"
    subject = f"Your role in {where}: {membership.standing.lower()}"
    mail.send("role_changed", subject, membership.user.email, {"membership": membership, "where": where})


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_manage
def hand_over(request: HttpRequest, section: SectionPage | None, pk: int) -> HttpResponse:
    """Hand what one person looks after over to another, in one step."""
    membership = _membership(section, pk)
    form = HandOverForm(_sent(request), membership=membership)
    if request.method == "POST" and form.is_valid():
        taker = form.cleaned_data["taker"]
        stays = form.cleaned_data["afterwards"] == "stays"
        what = handover.hand_over(membership, taker, request.user, stays=stays)
        context = {"giver": membership.user, "what": what, "place": authority.place_name(section), "taker": taker}
        for one in {membership.user, taker.user} - {request.user}:
            if one.is_active:
                subject = f"Handed over in {section or 'the whole community'}"
                mail.send("handed_over", subject, one.email, context | {"stays": stays, "to_taker": one == taker.user})
        messages.success(request, f"{taker.user} has taken over from {membership.user}: {what}.")
        # Whoever handed the lead's role over no longer sees the list.
        return redirect("roster", slug_of(section)) if authority.manages(_again(request), section) else redirect("/")
    context = {
        "form": form,
        "membership": membership,
        "belongings": handover.belongings(membership),
        "others": form.has_takers,
        "place": authority.place_name(section),
        "slug": slug_of(section),
    }
    return render(request, "members/roster/hand_over.html", context)


def _again(request: HttpRequest) -> Any:
    """The person who asks, with the memberships of now."""
    return User.objects.get(pk=request.user.pk)


@require_POST
@for_those_who_manage
def export(request: HttpRequest, section: SectionPage | None) -> HttpResponse:
    """The list as an Excel file. A line in the audit log says who took it."""
    if too_many := ratelimit.consume_or_429(request, action="roster_export"):
        return too_many
    record(Action.EXPORTED, section=section, detail="Member list (XLSX)", request=request)
    response = HttpResponse(workbook(section), content_type=XLSX)
    name = f"members-{slug_of(section)}-{timezone.localdate():%Y-%m-%d}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _membership(section: SectionPage | None, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "section"), pk=pk, section=section)
