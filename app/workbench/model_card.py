"""A model card as part of a page: Markdown in, HTML out."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

# HTML that stands in a card stays text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


def model_card(text: str) -> Markup:
    """`text` without its title, its headings below those of the page."""
    tokens = _MARKDOWN.parse(text)
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        elif token.type == "table_open":
            token.attrSet("class", "table")
        elif token.type in ("th_open", "td_open"):
            # The policy of the pages refuses styles in attributes.
            token.attrs.pop("style", None)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704  rendered with HTML off
