"""Preview as: the draft in the admin's preview panel, as another reader would get it.

Nobody gains a right by it. What is listed around the draft is what both the reader and the editor may see; to every
question about rights in the admin the reader is nobody. What the draft itself shows follows the reader alone: who may
edit it has seen it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.shortcuts import resolve_url
from django.urls import resolve
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator

from home import access

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

AS_EDITOR, AS_VISITOR, AS_MEMBER, AS_SECTION = "", "visitor", "member", "section"


class Reader(AnonymousUser):
    """A member in a section, or of the whole community, who exists for one preview.

    Takes the section (or None) and the keys of `home.access` that the reader holds. Answers what pages ask of a user
    who is signed in. Stays anonymous to Wagtail and Django, so that it has no right there.
    """

    is_authenticated = True  # type: ignore[assignment]
    is_active = True  # type: ignore[assignment]
    enters_admin = False
    first_name, last_name, email = "Any", "member", ""
    seen_at = None

    def __init__(self, section: Any, keys: frozenset[str]) -> None:
        super().__init__()
        self.section = section
        self.keys = keys

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def access_keys(self) -> frozenset[str]:
        """What this reader holds."""
        return self.keys

    def active_memberships(self) -> list[Any]:
        """One membership, as `members.User` gives them."""
        section = self.section
        return [SimpleNamespace(section=section, section_id=section and section.pk, role="member", user=self)]

    def own_sections(self) -> list[Any]:
        """The one section, if there is one."""
        return [self.section] if self.section else []

    @property
    def is_member(self) -> bool:
        """Always, but for an editor who is none."""
        return access.MEMBERS in self.keys


class PreviewAs:
    """Mixed into every page type: whose eyes the preview offers, and at which widths."""

    preview_sizes = [
        {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": "Phone"},
        {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": "Desktop"},
    ]

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The readers on offer; that of a section where the page stands in one."""
        modes = [(AS_EDITOR, "You"), (AS_VISITOR, "A visitor"), (AS_MEMBER, "Any member")]
        section = self._section_around()
        return [*modes, (AS_SECTION, f"A member in {section.title}")] if section else modes

    @method_decorator(csp_replace({"frame-ancestors": ["'self'"]}))  # the panel is a frame
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The draft as this reader gets it: the page, or the sign-in page, or why it is not open to them."""
        editor = request.user
        request.user, keys = self._reader(editor, mode_name)
        try:
            response = self._answer(request, mode_name, keys)
            if hasattr(response, "render"):
                response.render()
        finally:
            request.user = editor
        patch_cache_control(response, private=True, no_store=True)
        return response

    def _answer(self, request: HttpRequest, mode_name: str, keys: frozenset[str]) -> HttpResponse:
        from home.views import refuse

        if not hasattr(self, "access_keys") or access.allows(keys, self.access_keys()):
            return super().serve_preview(request, mode_name)  # type: ignore[misc]
        if request.user.is_authenticated:
            return refuse(request, self)
        address = resolve_url(settings.LOGIN_URL)
        request.GET = QueryDict(urlencode({"next": request.path}))
        request.path = request.path_info = address
        view, args, kwargs = resolve(address)
        return view(request, *args, **kwargs)

    def _reader(self, editor: Any, mode: str) -> tuple[Any, frozenset[str]]:
        """The reader of a mode, and the keys by which the draft is open to them. An unknown mode is the editor's own."""
        if mode == AS_VISITOR:
            return AnonymousUser(), frozenset({access.PUBLIC})
        section = self._section_around() if mode == AS_SECTION else None
        if mode != AS_MEMBER and section is None:
            return editor, frozenset({access.EVERYTHING})
        keys = {access.PUBLIC, access.MEMBERS} | ({access.section_key(section.pk)} if section else set())
        held = access.keys_for(editor)
        return Reader(section, frozenset(key for key in keys if access.allows(held, [key]))), frozenset(keys)

    def _section_around(self) -> Any:
        """The section that the page is, stands in, or (a new one) will stand in."""
        from home.models import SectionPage

        section = getattr(self, "section", None)
        if section is None and self.path:  # type: ignore[attr-defined]
            section = SectionPage.objects.ancestor_of(self, inclusive=True).order_by("-depth").first()
        return section
