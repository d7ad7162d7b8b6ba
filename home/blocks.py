"""The blocks of a body. About ten, each with an icon, a sentence, a preview and one template."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from home import outline
from home.facts import facts

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]
ARTICLE_FEATURES = ["h2", "h3", "h4", *TEXT_FEATURES, "blockquote", "hr"]
NOTE_FEATURES = [*ARTICLE_FEATURES, "table", "word-paste"]  # a body that is one rich text


class HeadingBlock(blocks.StructBlock):
    """A heading of the page's outline."""

    text = blocks.CharBlock(max_length=120)
    level = blocks.ChoiceBlock([("h2", "Heading"), ("h3", "Heading below it")], default="h2", search_index=False)

    class Meta:
        icon = "title"
        template = "components/blocks/heading.html"
        description = "Starts a part of the page. Four or more make an “On this page” list."
        preview_value: ClassVar = {"text": "Who can bill", "level": "h2"}


class ImageBlock(blocks.StructBlock):
    """A picture that says what it shows, or that it is decoration."""

    image = ImageChooserBlock()
    alternative_text = blocks.CharBlock(
        required=False,
        max_length=250,
        help_text="What the picture tells a reader who cannot see it.",
    )
    decorative = blocks.BooleanBlock(required=False, help_text="Tick when the page loses nothing without the picture.")
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        template = "components/blocks/image.html"
        description = "A picture with its text alternative."
        preview_value: ClassVar = {"caption": "The intake desk after the merger"}

    def clean(self, value):
        """Ask for the text alternative, or for the word that there is none to give."""
        cleaned = super().clean(value)
        if not (self.is_deferred_validation or cleaned["alternative_text"] or cleaned["decorative"]):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "alternative_text": ValidationError(
                        "Say what the picture shows, or tick “decorative” if the page loses nothing without it."
                    )
                }
            )
        return cleaned


class CalloutBlock(blocks.StructBlock):
    """One thing that must not be missed."""

    heading = blocks.CharBlock(max_length=80)
    text = blocks.RichTextBlock(features=["bold", "italic", "link"])

    class Meta:
        icon = "warning"
        template = "components/blocks/callout.html"
        description = "One thing that a reader must not miss. Not more than one or two a page."
        preview_value: ClassVar = {"heading": "Takes effect January 1", "text": "<p>Claims before then use H0038.</p>"}


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock()
    source = blocks.CharBlock(required=False, max_length=120, help_text="Name and role, if they agreed to be named.")

    class Meta:
        icon = "openquote"
        template = "components/blocks/quote.html"
        description = "Somebody's own words, with who said them."
        preview_value: ClassVar = {"text": "We stopped asking people to choose a door.", "source": "A county director"}


class FileBlock(blocks.StructBlock):
    """A file to take home."""

    document = DocumentChooserBlock()
    note = blocks.CharBlock(required=False, max_length=160, help_text="What it is good for.")

    class Meta:
        icon = "doc-full"
        template = "components/blocks/file.html"
        description = "A file with its type and size. It is as visible as this page."
        preview_value: ClassVar = {"note": "The form we use at intake"}


class PageLinkBlock(blocks.StructBlock):
    """A pointer to another page of the worksite."""

    page = blocks.PageChooserBlock()
    note = blocks.CharBlock(required=False, max_length=160)

    class Meta:
        icon = "link"
        template = "components/blocks/page_link.html"
        description = "Points to another page here. Shown only to readers who may open it."
        preview_value: ClassVar = {"note": "The call where this was discussed"}


class StepsBlock(blocks.ListBlock):
    """Things to do, in order."""

    def __init__(self, **kwargs):
        super().__init__(blocks.RichTextBlock(features=["bold", "italic", "link"]), **kwargs)

    class Meta:
        icon = "list-ol"
        template = "components/blocks/steps.html"
        description = "A numbered list of things to do, each with room for a few sentences."
        preview_value: ClassVar = ["<p>Name one lead in each agency.</p>", "<p>Sign the data agreement.</p>"]


class QuestionBlock(blocks.StructBlock):
    """A question that people ask, and its answer."""

    question = blocks.CharBlock(max_length=160)
    answer = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "help"
        template = "components/blocks/question.html"
        description = "A question and its answer, folded until opened."
        preview_value: ClassVar = {"question": "Who signs the release?", "answer": "<p>The person in care.</p>"}


def _table() -> TypedTableBlock:
    return TypedTableBlock(
        [
            ("text", blocks.CharBlock(required=False)),
            ("number", blocks.DecimalBlock(required=False)),
            ("rich_text", blocks.RichTextBlock(required=False, features=["bold", "italic", "link"])),
        ],
        icon="table",
        template="components/blocks/table.html",
        description="A table with a heading for each column.",
    )


class BodyBlock(blocks.StreamBlock):
    """The body of events, webinars, resources and standard pages."""

    heading = HeadingBlock(group="Text")
    text = blocks.RichTextBlock(
        features=ARTICLE_FEATURES,
        icon="pilcrow",
        group="Text",
        template="components/blocks/text.html",
        description="Paragraphs, lists and links. Text pasted from Word keeps its headings and lists.",
        preview_value="<p>Counties may bill peer support in detox units from January 1.</p>",
    )
    callout = CalloutBlock(group="Text")
    quote = QuoteBlock(group="Text")
    steps = StepsBlock(group="Text")
    question = QuestionBlock(group="Text")
    table = _table()
    image = ImageBlock(group="Media and links")
    file = FileBlock(group="Media and links")
    page = PageLinkBlock(group="Media and links")

    class Meta:
        required = False

    def clean(self, value):
        """Refuse a heading that skips a level, at the block that holds it. A draft may be saved with one."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        level, errors = outline.TITLE, {}
        for index, child in enumerate(cleaned):
            found = _headings_of(child)
            problem = outline.out_of_order(found, after=level)
            if problem:
                errors[index] = ValidationError(problem)
            if found:
                level = found[-1][0]
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return cleaned


class SiteFactsBlock(blocks.StaticBlock):
    """What an IT desk has to know, read from the settings: no editor can make it untrue."""

    def get_context(self, value, parent_context=None):
        """Adds the rows."""
        return super().get_context(value, parent_context) | {"facts": facts()}

    class Meta:
        icon = "cogs"
        label = "Facts for IT desks"
        admin_text = "A list of host, port, mail sender, file types and sizes. It is read from the site’s settings."
        template = "components/blocks/site_facts.html"
        description = "Host, port, mail sender, file types and limits, as the site’s settings have them."


class StandardBodyBlock(BodyBlock):
    """The body of standard pages."""

    site_facts = SiteFactsBlock(group="From the settings")


def _headings_of(child: blocks.StreamValue.StreamChild) -> list[outline.Heading]:
    if child.block_type == "heading":
        return [(int(child.value["level"][1]), child.value["text"])]
    return outline.headings(child.value.source) if child.block_type == "text" else []
