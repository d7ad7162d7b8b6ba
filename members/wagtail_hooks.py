"""Registration with Wagtail. Behaviour lives elsewhere."""

from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from members import oversight
from members.admin import AuditAdmin, HelperAdmin, MembershipAdmin

modeladmin_register(MembershipAdmin)
modeladmin_register(AuditAdmin)
modeladmin_register(HelperAdmin)
hooks.register("after_create_user", oversight.keep_groups_to_roles)
hooks.register("after_edit_user", oversight.keep_groups_to_roles)
hooks.register("after_bulk_action", oversight.keep_groups_to_roles_of_many)
