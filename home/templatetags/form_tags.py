"""How the fields of a form are drawn: the design system's classes, chosen by what kind of control a field has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html

if TYPE_CHECKING:
    from django.forms import BoundField

register = template.Library()

CLASSES = [
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Textarea, "usa-textarea"),
    (forms.Select, "usa-select"),
    (forms.FileInput, ""),
    (forms.widgets.Input, "usa-input"),
]


@register.filter
def control(field: BoundField) -> str:
    """The control of a field, with its class. Lists of boxes or dots to choose from keep the framework's own markup."""
    widget = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return field.as_widget()
    name = next((name for kind, name in CLASSES if isinstance(widget, kind)), "")
    added = f"{name} usa-input--error" if field.errors and name == "usa-input" else name
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {added}".strip()} if added else None)


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether a field is one box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def choices_of(field: BoundField) -> list[dict[str, str]]:
    """The choices of a list of boxes or dots, one by one: `input` and `id` and `label`; nothing for another field."""
    widget = field.field.widget
    if not isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return []
    kind = "checkbox" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio"
    return [
        {
            "kind": kind,
            "id": choice.id_for_label,
            "label": choice.choice_label,
            "input": format_html(
                "<input{}>",
                flatatt(
                    {
                        "type": kind,
                        "class": f"usa-{kind}__input",
                        "id": choice.id_for_label,
                        "name": field.html_name,
                        "value": choice.data["value"],
                        "checked": choice.data["selected"],
                    }
                ),
            ),
        }
        for choice in field.subwidgets
    ]


@register.filter
def wrong_fields(form: forms.BaseForm) -> list[BoundField]:
    """The fields of a form that hold an error, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]
