"""The forms of writing to a person: the message, the answer, the report."""

from __future__ import annotations

from django import forms

from home.traps import ForPeople


def _text(label: str, most: int, missing: str, hint: str = "", rows: int = 8) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class WriteForm(ForPeople, forms.Form):
    """What somebody writes."""

    text = _text("Message", 3000, "Write your message.")


class AnswerForm(forms.Form):
    """The answer to it."""

    answer = _text("Your answer", 3000, "Write your answer.")


class ReportForm(forms.Form):
    """Why it should not have been sent."""

    reason = _text("What is wrong with it?", 500, "Write a few words.", rows=3)
