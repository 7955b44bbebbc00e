"""The Django application of stored pictures."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Tables `library_*`."""

    name = "frontis.studio.library"
    label = "library"
    verbose_name = "Pictures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin to watch what is deleted."""
        # Tables can only be imported when all applications are there.
        from frontis.studio.library.leaving import watch  # noqa: PLC0415

        watch()
