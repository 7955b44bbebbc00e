"""The looks that can be drawn, one folder each, and the catalogue that finds and checks them."""

from frontis.templates.catalogue import Catalogue, Look, catalogue, load

__all__ = ["Catalogue", "Look", "catalogue", "load"]
