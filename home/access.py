"""Who may see what: the one place that decides it.

A thing carries an *access rule*: a set of keys, any one of which opens it (`public`, `members`, `section:12`).
A person holds a set of keys. `allows` compares the two; everything else here, and every page, list, count, feed,
file and mail, asks it through `can_see`, `can_see_file` or the `visible_to` of a queryset.
Rules and the reasons for them: docs/decisions/0004-audience.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wagtail.models import Page

PUBLIC = "public"
MEMBERS = "members"
EVERYTHING = "everything"


def section_key(section_id: int) -> str:
    """The key that the members of a section hold."""
    return f"section:{section_id}"


def sections_of(keys: Iterable[str]) -> set[int]:
    """The sections whose members hold one of these keys."""
    return {int(key.removeprefix("section:")) for key in keys if key.startswith("section:")}


def keys_for(user: Any) -> frozenset[str]:
    """The keys that a person holds.

    Takes a user, an `AnonymousUser` or None; gives at least `public`. The user model answers for itself, so that
    this module knows nothing of memberships.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset({PUBLIC})
    return user.access_keys()


def rule_text(keys: Iterable[str]) -> str:
    """The canonical text of a rule: its keys, sorted, each between bars (`|members|`)."""
    return "|" + "|".join(sorted(set(keys))) + "|"


def allows(held: frozenset[str], keys: Iterable[str]) -> bool:
    """Whether somebody who holds `held` may see a thing that any one of `keys` opens."""
    return EVERYTHING in held or not held.isdisjoint(keys)


def can_see(user: Any, page: Page) -> bool:
    """Whether a person may see a page as it is now published.

    Sections, indexes and standard pages are public once live; a content page follows its audience. A page past its
    expiry is gone at once, whether or not the clock has come round to unpublish it.
    """
    page = page.specific
    if not page.live or (page.expire_at and page.expire_at <= timezone.now()):
        return False
    keys = page.access_keys() if hasattr(page, "access_keys") else {PUBLIC}
    return allows(keys_for(user), keys)


def can_see_file(user: Any, file: Any) -> bool:
    """Whether a person may read a document or a restricted image.

    A file is as visible as the published pages that use it; what nothing published uses is for those who may edit it.
    A reference from a part of a page that only members see (`members_only_fields`: the notes of a call) opens it to
    members alone.
    """
    from wagtail.models import Page, ReferenceIndex
    from wagtail.permissions import policy_registry

    from home.models import ContentPage, Entry

    held = keys_for(user)
    if EVERYTHING in held:
        return True
    references: dict[int, set[str]] = {}
    page_type = ReferenceIndex._get_base_content_type(Page)
    for object_id, path in (
        ReferenceIndex.get_references_to(file)
        .filter(base_content_type=page_type)
        .values_list("object_id", "model_path")
    ):
        references.setdefault(int(object_id), set()).add(path.split(".")[0])
    if references:
        visible = Entry.objects.visible_to(user).filter(page_id__in=references).values_list("page_id", flat=True)
        for page in ContentPage.objects.filter(pk__in=list(visible)).specific(defer=True):
            if MEMBERS in held or not references[page.pk] <= set(page.members_only_fields):
                return True
        others = Page.objects.live().filter(pk__in=references).exclude(pk__in=ContentPage.objects.values("pk"))
        if others.exists():
            return True
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    # Who may add to its collection works with what is there: a reviewer reads the file of the draft to be approved.
    policy = policy_registry.get_by_type(type(file))
    return policy.user_has_any_permission_for_instance(user, ["add", "change"], file)
