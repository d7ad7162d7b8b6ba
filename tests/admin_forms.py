"""Fills in the admin's page forms as a browser does: every control of the form goes back with what it held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from wagtail.test.utils.form_data import rich_text

from tests import factories

if TYPE_CHECKING:
    from django.test import Client

    from home.models import ContentPage


def add_address(model: type[ContentPage], place: str | None = "Ohio") -> str:
    """The create form of a content type in a section, or (None) for the whole community."""
    parent = factories.index(model, place)
    return f"/admin/pages/add/{model._meta.app_label}/{model._meta.model_name}/{parent.pk}/"


def edit_address(page: Any) -> str:
    """The edit form of a page."""
    return f"/admin/pages/{page.pk}/edit/"


def form_of(response: Any) -> BeautifulSoup:
    """The page form in an answer."""
    return BeautifulSoup(response.content, "html.parser").find(id="page-edit-form")


def values(form: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send, but for the button."""
    data: dict[str, Any] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        name = control.get("name")
        kind = control.get("type", "")
        if not name or "__prefix__" in name or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if control.name == "select":
            chosen = [option.get("value", "") for option in control.find_all("option") if option.has_attr("selected")]
            data[name] = chosen or [control.find("option").get("value", "")] if control.find("option") else []
        elif control.name == "textarea":
            data.setdefault(name, []).append((control.string or "").lstrip("\n"))
        else:
            data.setdefault(name, []).append(control.get("value", ""))
    # The blocks of a body are drawn by a script: here they are always empty.
    data |= {f"{box['id']}-count": ["0"] for box in form.select("[data-controller=w-block]")}
    data |= {name: ["null"] for name in data if _is_rich_text(form, name) and data[name] == [""]}
    return data


def _is_rich_text(form: BeautifulSoup, name: str) -> bool:
    control = form.find(attrs={"name": name})
    return control is not None and control.has_attr("data-draftail-input")


def send(client: Client, address: str, button: str = "", *, opened: Any = None, **changes: Any) -> Any:
    """Open a page form (or take the answer `opened`), change some fields, press a button ("" saves a draft)."""
    data = values(form_of(opened or client.get(address)))
    for name, value in changes.items():
        data[name] = rich_text(value) if name in ("body", "notes", "transcript") else value
    if button:
        data[button] = "1"
    return client.post(address, data)
