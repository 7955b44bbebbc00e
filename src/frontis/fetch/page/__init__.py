"""HTML -> Page: the facts of a web page, whatever its bytes are."""

from frontis.fetch.page.reading import read_page

__all__ = ["read_page"]
