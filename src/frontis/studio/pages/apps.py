"""The Django application of pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """It has templates, static files and no tables."""

    name = "frontis.studio.pages"
    label = "pages"

    def ready(self) -> None:
        """Begin to write down what allauth's pages change."""
        from frontis.studio.pages import auditing  # noqa: F401, PLC0415  (it needs the tables to be there)
