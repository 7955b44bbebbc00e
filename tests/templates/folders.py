"""Template folders for tests."""

from pathlib import Path

DECLARED = """\
id = "{id}"
name = "A name"
description = "A description."

[variables.title]
kind = "text"
help = "The headline."
longest = 5000
size = [2, 4]
lines = 2

[variables.items]
kind = "list"
help = "Many things."
most = 100
longest = 5000

[variables.count]
kind = "number"
help = "How many."

[variables.tint]
kind = "colour"
help = "The colour."
default = "#336699"

[variables.photo]
kind = "image"
help = "A picture."
"""
PLAIN_HTML = "<p>{{ title }}</p>"


def template(
    parent: Path, *, html: str = PLAIN_HTML, css: str = "", toml: str = DECLARED, identity: str = "tried"
) -> Path:
    """A new template folder below the parent."""
    folder = parent / identity
    folder.mkdir(parents=True)
    (folder / "template.toml").write_text(toml.replace("{id}", identity), "utf-8")
    (folder / "card.html").write_text(html, "utf-8")
    (folder / "card.css").write_text(css, "utf-8")
    return folder
