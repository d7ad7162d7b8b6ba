"""The messages in the admin: open ones first, the longest waiting on top; read, reply by mail, mark as answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Value, When
from django.shortcuts import redirect
from django.urls import re_path
from wagtail.admin import messages
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InspectView, InstanceSpecificView

from home import mail
from home.contact import inbox
from home.models import ContactMessage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class OnlyTheirs(PermissionHelper):
    """Whoever may publish in a place reads its messages. Nobody writes or edits one; administrators delete."""

    def user_can_list(self, user: Any) -> bool:
        """For those who have an inbox."""
        return inbox.has_inbox(user)

    def user_can_create(self, user: Any) -> bool:
        """Messages come by the form."""
        return False

    def user_can_inspect_obj(self, user: Any, obj: ContactMessage) -> bool:
        """Those of a place of theirs."""
        return inbox.theirs(user).filter(pk=obj.pk).exists()

    def user_can_edit_obj(self, user: Any, obj: ContactMessage) -> bool:
        """What somebody wrote stays as it is."""
        return False

    def user_can_delete_obj(self, user: Any, obj: ContactMessage) -> bool:
        """Nothing is lost before its time."""
        return user.is_superuser


class ReadButton(ButtonHelper):
    """“Read” says what happens."""

    def inspect_button(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The button that opens a message."""
        return super().inspect_button(*args, **kwargs) | {"label": "Read", "title": "Read this message"}


class ReadView(InspectView):
    """One message, with the ways to answer it."""

    page_title = "Message"

    def get_meta_title(self) -> str:
        """The tab's title."""
        return self.page_title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds where a reply starts, and the address that marks it as answered."""
        return super().get_context_data(
            reply=reply_address(self.instance),
            answered_url=self.url_helper.get_action_url("answered", self.pk_quoted),
            **kwargs,
        )


class AnsweredView(InstanceSpecificView):
    """Marks a message as answered. Pressing twice does no harm."""

    http_method_names = ["post"]

    def check_action_permitted(self, user: Any) -> bool:
        """For those who may read it."""
        return self.permission_helper.user_can_inspect_obj(user, self.instance)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note it and return to the list."""
        if inbox.mark_answered(self.instance, request.user):
            messages.success(request, f"Answered: {self.instance}.")
        return redirect(self.index_url)


def reply_address(message: ContactMessage) -> str:
    """A mailto address with the message quoted below the reply."""
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    body = f"\n\n{message.name} wrote:\n{quoted}"[:1500]  # mail programs take no more in an address
    return mail.mailto(message.email, f"Re: {message.get_about_display()}", body)


class ContactMessageAdmin(ModelAdmin):
    """The inbox."""

    model = ContactMessage
    menu_label = "Messages"
    menu_icon = "mail"
    menu_order = 805
    list_display = ("about", "name", "place", "sent_at", "state")
    list_filter = ("about",)
    search_fields = ("name", "email", "text")
    ordering = ("done", "sent_at")
    list_per_page = 50
    list_select_related = ("section", "answered_by")
    history_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = ReadView
    inspect_template_name = "home/admin/contact_message.html"
    permission_helper_class = OnlyTheirs
    button_helper_class = ReadButton

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those that this person may read."""
        done = Case(When(answered_at=None, then=Value(False)), default=Value(True), output_field=BooleanField())
        return inbox.theirs(request.user).annotate(done=done)

    def place(self, message: ContactMessage) -> str:
        """Whose it is."""
        return message.place

    place.short_description = "for"  # type: ignore[attr-defined]
    place.admin_order_field = "section__title"  # type: ignore[attr-defined]

    def state(self, message: ContactMessage) -> str:
        """Open, or answered by whom."""
        if not message.answered_at:
            return "Open"
        return f"Answered by {message.answered_by or 'somebody who has left'}"

    state.admin_order_field = "answered_at"  # type: ignore[attr-defined]

    def answered_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        """The view behind the button."""
        return AnsweredView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        """Adds the mark."""
        helper = self.url_helper
        pattern, name = helper.get_action_url_pattern("answered"), helper.get_action_url_name("answered")
        return (*super().get_admin_urls_for_registration(), re_path(pattern, self.answered_view, name=name))
