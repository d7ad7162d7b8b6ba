"""What our rich text can hold beyond Wagtail's: a table, and what is pasted from Word.

A table is one `<embed embedtype="table">` whose `rows` are JSON: a list of rows, each a list of cells, each a little
HTML (bold, italic, links, line breaks). The cells are cleaned when they are stored and again when they are shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nh3
from django.template.loader import render_to_string
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate_models import Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import AtomicBlockEntityElementHandler
from wagtail.admin.rich_text.editors.draftail import features as draftail
from wagtail.rich_text import EmbedHandler

if TYPE_CHECKING:
    from wagtail.rich_text.feature_registry import FeatureRegistry

MOST_ROWS, MOST_COLUMNS = 200, 20
_ALLOWED_IN_A_CELL = {"a", "strong", "em", "br"}

Rows = list[list[str]]


def clean_rows(rows: Any) -> Rows:
    """The rows of a table with only harmless HTML in the cells, every row as long as the longest.

    Takes what came from a browser or from the database; gives an empty list for what is no table.
    """
    if not isinstance(rows, list):
        return []
    cleaned = [
        [_clean_cell(cell) for cell in row[:MOST_COLUMNS] if isinstance(cell, str)]
        for row in rows[:MOST_ROWS]
        if isinstance(row, list)
    ]
    width = max((len(row) for row in cleaned), default=0)
    return [row + [""] * (width - len(row)) for row in cleaned] if width else []


def _clean_cell(cell: str) -> str:
    return nh3.clean(
        cell,
        tags=_ALLOWED_IN_A_CELL,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    ).strip()


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None


class TableElementHandler(AtomicBlockEntityElementHandler):
    """From the database to the editor."""

    def create_entity(self, name: str, attrs: dict[str, str], state: Any, contentstate: Any) -> Entity:
        """The entity that `static/admin/rich_text.js` draws."""
        data = {"rows": clean_rows(_parsed(attrs.get("rows"))), "heading": attrs.get("heading") == "1"}
        return Entity("TABLE", "IMMUTABLE", data)


def table_entity(props: dict[str, Any]) -> Any:
    """From the editor to the database."""
    rows = clean_rows(props.get("rows"))
    return DOM.create_element(
        "embed",
        {"embedtype": "table", "rows": json.dumps(rows), "heading": "1" if props.get("heading") else "0"},
    )


class TableEmbedHandler(EmbedHandler):
    """From the database to the reader."""

    identifier = "table"

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        """The table as HTML; nothing where there is none."""
        rows = clean_rows(_parsed(attrs.get("rows")))
        if not rows:
            return ""
        heading = attrs.get("heading") == "1"
        return render_to_string(
            "components/rich_text_table.html",
            {"head": rows[0] if heading else None, "rows": rows[1:] if heading else rows},
        )


SCRIPTS = ["admin/word_paste.js", "admin/rich_text.js"]


def register(features: FeatureRegistry) -> None:
    """Add the features `table` and `word-paste`."""
    table = {"type": "TABLE", "icon": "table", "description": "Table", "attributes": ["rows", "heading"]}
    features.register_editor_plugin("draftail", "table", draftail.EntityFeature(table, js=SCRIPTS))
    paste = {"type": "word-paste"}
    features.register_editor_plugin("draftail", "word-paste", draftail.PluginFeature(paste, js=SCRIPTS))
    features.register_converter_rule(
        "contentstate",
        "table",
        {
            "from_database_format": {'embed[embedtype="table"]': TableElementHandler()},
            "to_database_format": {"entity_decorators": {"TABLE": table_entity}},
        },
    )
    features.register_embed_type(TableEmbedHandler)
