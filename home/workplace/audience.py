"""Says in one sentence who sees a page now, and who will once its draft is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils import formats, timezone
from django.utils.text import capfirst, get_text_list

from home import access
from home.models import Audience, SectionPage

if TYPE_CHECKING:
    import datetime as dt

    from home.models import ContentPage

Keys = frozenset[str]


@dataclass(frozen=True)
class WhoSees:
    """What stands beside Publish.

    `narrows` says that somebody who sees the live page now would no longer see it: a draft alone leaves it open.
    """

    sentence: str
    narrows: bool


def keys_now(page: ContentPage | None) -> Keys | None:
    """The keys that open the page as it is live; None where nobody can open it. Takes the row, not a draft."""
    if page is None or not page.live or page.has_expired_by_now():
        return None
    return frozenset(page.access_keys())


def keys_after(draft: ContentPage) -> Keys:
    """The keys that would open a draft (or a page not made yet, with its section, audience and `also_in` set)."""
    return frozenset(draft.access_keys())


def narrows(now: Keys | None, after: Keys) -> bool:
    """Whether publishing would close the page to somebody who can open it now."""
    if now is None or access.PUBLIC in after:
        return False
    if access.MEMBERS in after:
        return access.PUBLIC in now
    return not now <= after


def people(keys: Keys | None) -> tuple[str, bool]:
    """Who holds one of these keys, in words, and whether they are several: ("23 members in Ohio", True)."""
    if keys is None:
        return "nobody", False
    if access.PUBLIC in keys:
        return "anyone", False
    count = get_user_model().objects.holding(keys).count()
    noun = "member" if count == 1 else "members"
    if access.MEMBERS in keys:
        return f"{count} {noun} of the community", count != 1
    names = (
        SectionPage.objects.filter(pk__in=access.sections_of(keys)).order_by("title").values_list("title", flat=True)
    )
    return f"{count} {noun} in {get_text_list(list(names), 'and')}", count != 1


def who_sees(now: Keys | None, after: Keys, *, starts: dt.datetime | None = None, publishes: bool = True) -> WhoSees:
    """The sentence for a live state and a draft.

    `starts` is when a scheduled page goes live, if it is scheduled; `publishes` is whether the reader may publish.
    """
    subject, several = people(now)
    see = "see" if several else "sees"
    when = "after you publish" if publishes else "once it is published"
    if starts and starts > timezone.now():
        when = f"from {day_and_time(starts)}"
    if now == after:
        return WhoSees(_sentence(f"{subject} {see} this, now and {when}"), narrows=False)
    then, _ = people(after)
    nobody_else = "" if access.PUBLIC in after else ", nobody else"
    return WhoSees(_sentence(f"{subject} {see} this now; {then} will {when}{nobody_else}"), narrows(now, after))


def _sentence(words: str) -> str:
    return capfirst(words).rstrip(".") + "."


def in_one_word(page: ContentPage) -> str:
    """The audience as a short label for lists: Anyone, Members, Members in Ohio."""
    if page.audience == Audience.SECTION and page.section:
        return f"Members in {page.section.title}"
    return "Anyone" if page.audience == Audience.PUBLIC else "Members"


def day_and_time(moment: dt.datetime) -> str:
    """A moment as people say it here: Nov 30, 2 p.m.; with its year, unless that is this one."""
    local = timezone.localtime(moment)
    return formats.date_format(local, "M j, P" if local.year == timezone.localdate().year else "M j, Y, P")


def published(page: ContentPage) -> str:
    """What an editor is told after publishing: the address, and who sees it."""
    address: Any = page.full_url or page.url
    if not page.live:
        if page.go_live_at:
            who, _ = people(frozenset(page.access_keys()))
            return f"From {day_and_time(page.go_live_at)}, {who} will see it at {address}"
        return ""
    who, several = people(keys_now(page))
    return f"It is at {address}. {capfirst(who)} {'see' if several else 'sees'} it{_except(page)}."


def _except(page: ContentPage) -> str:
    return "" if access.PUBLIC in page.access_keys() else ", nobody else"
