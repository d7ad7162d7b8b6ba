"""Makes the groups of a place, and says what rights in the admin they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from members.models import RoleGroup

if TYPE_CHECKING:
    from home.models import HomePage, SectionPage

COMMUNITY = "Whole community"

PAGE_RIGHTS = {"editors": ["add_page", "change_page", "publish_page"], "reviewers": ["add_page"]}
# Wagtail asks for the rights of its stock models, whatever models stand in for them.
FILE_RIGHTS = {
    "editors": ["add_document", "change_document", "choose_document", "add_image", "change_image", "choose_image"],
    "reviewers": ["add_document", "choose_document", "add_image", "choose_image"],
}
# Who edits for the whole community also keeps its vocabularies. Nobody but administrators has a right over users.
VOCABULARIES = ["topic", "setting", "population", "stage", "requirement"]


def place_name(place: HomePage | SectionPage) -> str:
    """What the groups and the workflow of a place are called after."""
    return place.title if _section_of(place) else COMMUNITY


def _section_of(place) -> SectionPage | None:
    from home.models import SectionPage

    return place if isinstance(place, SectionPage) else None


def make_groups(place: HomePage | SectionPage) -> list[Group]:
    """The two groups of a place with their rights over its pages and files. Safe to run again."""
    from home.models import HomePage

    section = _section_of(place)
    shared = HomePage.objects.get().collection if section else place.collection
    # A section's editors edit the section and all below it; the community's edit what is shared, not the sections.
    roots = [place] if section else list(Page.objects.child_of(place).exclude(slug="sections"))
    groups = []
    for kind in RoleGroup.Kind.values:
        role = RoleGroup.objects.filter(section=section, kind=kind).first()
        if role is None:
            group = Group.objects.create(name=f"{place_name(place)} {kind}")
            role = RoleGroup.objects.create(group=group, section=section, kind=kind)
        role.group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
        if section is None and kind == RoleGroup.Kind.EDITORS:
            role.group.permissions.add(
                *Permission.objects.filter(
                    content_type__app_label="home",
                    codename__in=[f"{verb}_{name}" for name in VOCABULARIES for verb in ("add", "change", "delete")],
                )
            )
        for codename in PAGE_RIGHTS[kind]:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            for root in roots:
                GroupPagePermission.objects.get_or_create(group=role.group, page_id=root.pk, permission=permission)
        for codename in FILE_RIGHTS[kind]:
            permission = Permission.objects.get(content_type__app_label__startswith="wagtail", codename=codename)
            # What the whole community offers, every section may use.
            for collection in {place.collection, shared} if codename.startswith("choose_") else {place.collection}:
                GroupCollectionPermission.objects.get_or_create(
                    group=role.group, collection=collection, permission=permission
                )
        groups.append(role.group)
    return groups
