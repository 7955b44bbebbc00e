"""The edge: answers requests for cards over HTTP, and never lets its event loop wait for a drawing."""

from frontis.edge.app import make_app
from frontis.edge.serving import serve

__all__ = ["make_app", "serve"]
