"""Registration with Wagtail. Behaviour lives elsewhere."""

from wagtail_modeladmin.options import modeladmin_register

from operations.admin import HeartbeatAdmin, OutgoingMailAdmin

modeladmin_register(OutgoingMailAdmin)
modeladmin_register(HeartbeatAdmin)
