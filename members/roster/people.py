"""The rows of a place's member list, on the screen and in the file: one source for both."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font

from home.spreadsheets import defused
from members import authority
from members.models import Membership, Role

if TYPE_CHECKING:
    import datetime as dt

    from home.models import SectionPage

SECOND_STEPS = {Authenticator.Type.TOTP: "App", Authenticator.Type.WEBAUTHN: "Passkey"}
COLUMNS = ["Name", "E-mail", "Role title", "Organization", "Role", "Since", "Last active", "Two-step sign-in"]
WIDTHS = [28, 36, 28, 32, 12, 12, 12, 16]


@dataclass(frozen=True)
class Row:
    """One person in a place."""

    membership: Membership
    last_active: dt.date | None
    second_step: str  # how they prove who they are beside the password; empty: not at all


def rows(section: SectionPage | None, *, active: bool = True) -> list[Row]:
    """The people of a place, those with most to do first; or (`active` off) those who were members."""
    memberships = list(Membership.objects.filter(section=section, active=active).select_related("user", "section"))
    memberships.sort(
        key=lambda one: (
            -authority.RANKS.index(Role(one.role)),
            one.user.last_name.lower(),
            one.user.first_name.lower(),
        )
    )
    return _with_activity(memberships)


def row_of(membership: Membership) -> Row:
    """One person's."""
    return _with_activity([membership])[0]


def _with_activity(memberships: list[Membership]) -> list[Row]:
    steps: dict[int, set[str]] = {}
    people = [one.user_id for one in memberships]
    found = Authenticator.objects.filter(user__in=people, type__in=SECOND_STEPS)
    for user, kind in found.values_list("user", "type"):
        steps.setdefault(user, set()).add(SECOND_STEPS[kind])
    return [Row(one, _last_active(one.user), ", ".join(sorted(steps.get(one.user_id, ())))) for one in memberships]


def _last_active(user: Any) -> dt.date | None:
    known = [moment for moment in (user.last_login, user.active_at) if moment]
    return timezone.localdate(max(known)) if known else None


def workbook(section: SectionPage | None) -> bytes:
    """The members of a place as an Excel file. No cell of it runs as a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Members"
    sheet.append(COLUMNS)
    for row in rows(section):
        user = row.membership.user
        texts = [user.get_full_name(), user.email, user.job_title, user.organization]
        sheet.append(
            [
                *map(defused, texts),
                row.membership.get_role_display(),
                row.membership.since,
                row.last_active,
                row.second_step or "Off",
            ]
        )
    for cell, width in zip(sheet[1], WIDTHS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
