"""The outbox in the admin: what waits, what left, what could not be delivered and may be sent again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import re_path
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InstanceSpecificView

from operations.models import Heartbeat, OutgoingMail


class AdministratorsLook(PermissionHelper):
    """Administrators see the list and nobody edits it. A message may hold the key of a password reset."""

    def user_has_any_permissions(self, user):
        return user.is_superuser

    user_can_list = user_has_any_permissions

    def user_can_create(self, user):
        return False

    def user_can_edit_obj(self, user, obj):
        return False

    def user_can_delete_obj(self, user, obj):
        return user.is_superuser and isinstance(obj, OutgoingMail)


class SendAgainButton(ButtonHelper):
    """Adds "Send again" to what could not be delivered."""

    def get_buttons_for_obj(self, obj, *args, **kwargs):
        buttons = super().get_buttons_for_obj(obj, *args, **kwargs)
        if obj.state == OutgoingMail.State.DEAD:
            address = self.url_helper.get_action_url("send_again", obj.pk)
            look = "button button-small button-secondary"
            buttons.insert(0, {"url": address, "label": "Send again", "classname": look, "title": f"Send {obj} again"})
        return buttons


class SendAgainView(InstanceSpecificView):
    """Asks, then puts a dead letter back in the queue with a new set of tries."""

    page_title = "Send again"

    def dispatch(self, request, *args, **kwargs):
        """Administrators only, and only for what could not be delivered."""
        if not request.user.is_superuser or self.instance.state != OutgoingMail.State.DEAD:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Put it back and return to the list."""
        self.instance.send_again()
        messages.success(request, f"{self.instance} will be sent again within a minute.")
        return redirect(self.index_url)

    def get_template_names(self):
        """The page that asks."""
        return ["operations/send_again.html"]


class OutgoingMailAdmin(ModelAdmin):
    """The outbox. The text of a message is not shown: it may hold the key of a password reset."""

    model = OutgoingMail
    menu_label = "Outgoing mail"
    menu_icon = "mail"
    add_to_settings_menu = True
    list_display = ("subject", "recipient", "state", "tries", "created_at", "error")
    list_filter = ("state", "created_at")
    search_fields = ("subject", "recipient")
    list_per_page = 50
    history_view_enabled = False
    permission_helper_class = AdministratorsLook
    button_helper_class = SendAgainButton

    def send_again_view(self, request, instance_pk):
        """The view behind the button."""
        return SendAgainView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def get_admin_urls_for_registration(self):
        """The list's own addresses and that of the button."""
        pattern = self.url_helper.get_action_url_pattern("send_again")
        name = self.url_helper.get_action_url_name("send_again")
        return (*super().get_admin_urls_for_registration(), re_path(pattern, self.send_again_view, name=name))


class HeartbeatAdmin(ModelAdmin):
    """The jobs of the clock: when each last ran and how it went."""

    model = Heartbeat
    menu_label = "Clock"
    menu_icon = "time"
    add_to_settings_menu = True
    list_display = ("job", "started_at", "succeeded_at", "duration", "due_at", "error")
    history_view_enabled = False
    permission_helper_class = AdministratorsLook
