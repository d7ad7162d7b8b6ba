"""The rooms that are there for what this app and the ones below it keep: requests, reviews, messages, members, settings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from home.contact import inbox
from home.workplace.panels import ApprovalPanel, MessagesPanel
from members.joining import answering, inviting
from members.my.rooms import Room, Waiting, room
from members.profiles.fields import name_of
from members.writing import post


@room
def invitations(user: Any) -> Room | None:
    """Invitations to take, where there are some."""
    waiting = [
        Waiting(
            f"Answer the invitation to {invitation.section}",
            f"From {invitation.invited_by or 'its lead'}",
            inviting.address_of(invitation),
        )
        for invitation in inviting.waiting_for(user)
    ]
    if not waiting:
        return None
    return Room("Invitations", reverse("join"), "Sections that invite you.", waiting)


@room
def requests(user: Any) -> Room | None:
    """Requests to join, for those who answer them."""
    if not answering.answers(user):
        return None
    asked = answering.theirs(user).filter(decided_at=None).select_related("user", "section").order_by("sent_at")
    waiting = [
        Waiting(
            f"Answer {one.user}, who asks to join {one.section}", f"By {_day(one.expected)}", one.get_absolute_url()
        )
        for one in asked
    ]
    return Room("Requests to join", reverse("requests"), "Who asks to become a member, and your answers.", waiting)


@room
def reviews(user: Any) -> Room | None:
    """Drafts to approve, for those who may."""
    if not user.enters_admin:
        return None
    waiting = [
        Waiting(f"Review “{task.title}”", f"{task.place} · {task.note}", task.url)
        for task in ApprovalPanel().tasks(user)
    ]
    return Room("Reviews", reverse("wagtailadmin_home"), "Drafts that wait for your approval.", waiting)


@room
def letters(user: Any) -> Room:
    """What members wrote to one and one to them; what is not answered waits."""
    open_ones = post.theirs(user).filter(recipient=user, answered_at=None, reported_at=None).order_by("sent_at")
    waiting = [
        Waiting(f"Answer {name_of(one.sender)}", f"Wrote on {_date(one.sent_at)}", one.get_absolute_url())
        for one in open_ones
    ]
    return Room("Your messages", reverse("messages"), "What other members wrote to you, and you to them.", waiting)


@room
def messages(user: Any) -> Room | None:
    """Messages of the contact form, for those who answer them."""
    if not (user.enters_admin and inbox.has_inbox(user)):
        return None
    waiting = [
        Waiting(f"Answer “{task.title}”", f"{task.place} · {task.note}", task.url)
        for task in MessagesPanel().tasks(user)
    ]
    address = reverse("home_contactmessage_modeladmin_index")
    return Room("Messages to your sections", address, "What came by the contact form.", waiting)


@room
def members(user: Any) -> Room | None:
    """The lists of members, for those who look after them."""
    if not answering.answers(user):  # the same people: leads and administrators
        return None
    return Room("Members", reverse("rosters"), "Who belongs to your places, in which role.")


@room
def profile(user: Any) -> Room:
    """What one tells of oneself."""
    return Room("Your profile", reverse("my_profile"), "What others can see about you. You decide who sees each part.")


@room
def settings(user: Any) -> Room:
    """One's own choices."""
    return Room("Settings", reverse("my_settings"), "Time zone, home State, weekly letter, what you follow.")


def _date(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "D, M j")


def _day(day: Any) -> str:
    return date_format(day, "D, M j") if day >= timezone.localdate() else f"{date_format(day, 'D, M j')}, overdue"
