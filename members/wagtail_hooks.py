"""Registration with Wagtail. Behaviour lives elsewhere."""

from wagtail_modeladmin.options import modeladmin_register

from members.admin import MembershipAdmin

modeladmin_register(MembershipAdmin)
