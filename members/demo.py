"""The demonstration community's people: one login for each part that a person can have, and many who cannot sign in.

All are invented. The many are in `data/demo_people.csv`; they have no password that works, so their names give no entry.
"""

from __future__ import annotations

import csv
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from home import demo
from home.models import SectionPage, Topic
from members import beginning, following
from members.models import JoinRequest, Membership, Profile, Role, User
from members.privacy import consent
from members.profiles.fields import FIELDS, Audience

PASSWORD = "learning-community"  # noqa: S105 - printed on every development machine; production refuses these logins
DOMAIN = "worksite.example"

# login -> first name, last name, memberships as (section's code or None for the whole community, role). All invented.
PERSONAS: dict[str, tuple[str, str, list[tuple[str | None, str]]]] = {
    "ohio-member": ("Dana", "Whitfield", [("OH", Role.MEMBER)]),
    "texas-member": ("Luis", "Arredondo", [("TX", Role.MEMBER)]),
    "pending": ("Robin", "Sayles", []),
    "ohio-reviewer": ("Priya", "Raman", [("OH", Role.REVIEWER)]),
    "ohio-editor": ("Marcus", "Bellweather", [("OH", Role.EDITOR)]),
    "texas-editor": ("Carol", "Tisdale", [("TX", Role.EDITOR)]),
    "ohio-lead": ("Joanne", "Kerrigan", [("OH", Role.LEAD)]),
    "community-editor": ("Theo", "Nakamura", [(None, Role.EDITOR)]),
    "admin": ("Alex", "Admin", []),
}
# What they do, and where.
POSITIONS = {
    "ohio-member": ("Peer supervisor", "Ohio integration office"),
    "texas-member": ("Peer specialist", "Texas rural care program"),
    "pending": ("Clinical supervisor", "Three Rivers counseling"),
    "ohio-reviewer": ("Reviewer", "Ohio integration office"),
    "ohio-editor": ("Program editor", "Ohio integration office"),
    "texas-editor": ("Program editor", "Texas rural care program"),
    "ohio-lead": ("State lead", "Ohio integration office"),
    "community-editor": ("Community editor", "Learning community"),
}
# What they follow: sections by code, topics by slug. Luis is new here and still has the path of a beginner.
FOLLOWS = {
    "ohio-member": (["KY", "ME"], ["screening-and-assessment"]),
    "texas-member": (["NM"], ["peer-workforce"]),
    "ohio-lead": (["TX"], []),
}
NEW_HERE = "texas-member"
ASKED = ("OH", "Supervision of counselors in an outpatient program that wants to treat both conditions in one visit.")
OTHERS = Path(__file__).parent / "data" / "demo_people.csv"
PROFILES = Path(__file__).parent / "data" / "demo_profiles.csv"  # what people of a job write about themselves
PRONOUNS = ["", "", "she/her", "", "he/him", "they/them", ""]
LONGEST_MEMBERSHIP = 720  # days
LABELS = {
    "pending": "has asked to join, not yet approved",
    "admin": "administrator",
}


def make() -> None:
    """Every persona, able to sign in; then everybody else."""
    for login, (first_name, last_name, memberships) in PERSONAS.items():
        _person(login, first_name, last_name, memberships)
    for row in _rows(OTHERS):
        _other(**row)
    told = _rows(PROFILES)
    for profile in Profile.objects.listed().filter(about="", user__email__endswith=".example").with_parts():
        _tell(profile, told)


def lines() -> list[str]:
    """One line a persona, for whoever starts the site: address, password, part."""
    width = max(map(len, PERSONAS)) + len(DOMAIN) + 1
    return [f"{f'{login}@{DOMAIN}':<{width}}  {PASSWORD}  {_part(login)}" for login in PERSONAS]


def _part(login: str) -> str:
    if login in LABELS:
        return LABELS[login]
    [(code, role)] = PERSONAS[login][2]
    section = SectionPage.objects.get(code=code).title if code else "the whole community"
    return f"{Role(role).label.lower()} in {section}"


@transaction.atomic
def _person(login: str, first_name: str, last_name: str, memberships: list[tuple[str | None, str]]) -> None:
    email = f"{login}@{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        rights = {"is_staff": True, "is_superuser": True} if login == "admin" else {}
        job_title, organization = POSITIONS.get(login, ("", ""))
        user = User.objects.create_user(
            email,
            PASSWORD,
            first_name=first_name,
            last_name=last_name,
            job_title=job_title,
            organization=organization,
            **rights,
        )
        for code, role in memberships:
            Membership.objects.create(
                user=user, section=SectionPage.objects.get(code=code) if code else None, role=role
            )
        _settle(user, login)
    consent.agree(user)
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if login == "pending":
            code, work = ASKED
            _ask(user, SectionPage.objects.get(code=code), work)


@transaction.atomic
def _other(name: str, job_title: str, organization: str, memberships: str, standing: str) -> None:
    """Somebody who cannot sign in: a member, one whose membership has ended, or one who waits for an answer.

    Only for sections that exist, each membership as `section:role`; who waits asks to become that.
    """
    email = f"{slugify(name).replace('-', '.', 1)}@{slugify(organization)}.example"
    if User.objects.filter(email=email).exists():
        return
    first_name, last_name = name.split(" ", 1)
    days = demo.identity(email).int % LONGEST_MEMBERSHIP
    user = User.objects.create_user(
        email,
        first_name=first_name,
        last_name=last_name,
        job_title=job_title,
        organization=organization,
        date_joined=demo.moment(-3 if standing == "pending" else -days),
    )
    for slug, role in (membership.split(":") for membership in filter(None, memberships.split("; "))):
        section = SectionPage.objects.filter(slug=slug).first()
        if section and standing == "pending":
            _ask(user, section, f"{job_title}, {organization}.")
        elif section:
            made = Membership.objects.create(user=user, section=section, role=role, active=standing == "active")
            beginning.close(user)
            Membership.objects.filter(pk=made.pk).update(since=demo.day(-days))


def _settle(user: User, login: str) -> None:
    """What somebody has chosen here: what to follow, and for all but the newest that the first path is behind them."""
    codes, slugs = FOLLOWS.get(login, ([], []))
    things = [*SectionPage.objects.filter(code__in=codes), *Topic.objects.filter(slug__in=slugs)]
    following.follow_exactly(user, things)
    if login != NEW_HERE:
        beginning.close(user)


def _ask(user: User, section: SectionPage, work: str) -> None:
    """A request that has been with the section's lead for two days."""
    when = demo.moment(-2)
    JoinRequest.objects.create(user=user, section=section, work=work, asked_at=when, sent_at=when)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@transaction.atomic
def _tell(profile: Profile, told: list[dict[str, str]]) -> None:
    """What somebody of this job writes about themselves, and whom they show it; the same in every run."""
    user = profile.user
    title = user.job_title.lower()
    first = next((row for row in told if any(word in title for word in row["title"].split("|"))), None)
    if first is None:
        return
    number = demo.identity(user.email, "profile").int
    variants = [row for row in told if row["title"] == first["title"]]
    row = variants[number % len(variants)]
    profile.about = row["about"].format(organization=user.organization)
    profile.asked_about = row["asked_about"]
    profile.pronouns = PRONOUNS[number % len(PRONOUNS)]
    profile.phone = f"555-01{number % 90 + 10}" if number % 3 else ""
    profile.audiences = _shown(profile, number)
    profile.save()
    profile.topics.set(Topic.objects.filter(slug__in=row["topics"].split("; ")))


def _shown(profile: Profile, number: int) -> dict[str, str]:
    """Leads, and some others, let anyone see who they are; some show their address to their section or to members."""
    shown: dict[str, str] = {}
    if number % 5 == 0 or any(one.role == Role.LEAD for one in profile.user.active_memberships()):
        shown |= dict.fromkeys(("name", "job_title", "organization", "places", "topics"), Audience.PUBLIC)
    if number % 4 == 1:
        shown["email"] = Audience.SECTIONS if number % 8 == 1 else Audience.MEMBERS
    return {name: str(audience) for name, audience in shown.items() if audience in FIELDS[name].choices}
