"""frontis serve: tries the operator's templates, then starts the edge."""

from frontis.edge import serve
from frontis.errors import BadSetting
from frontis.settings import Settings


def serve_cards(host: str, port: int, workers: int) -> None:
    """Answer on that address until a signal ends it.

    Raises BadSetting for a wrong environment variable, and for a template of the operator's that cannot be drawn in
    time: it would take a render thread with it.
    """
    settings = Settings()
    if settings.templates_dir:
        # The engine is loaded in this process only where it has something to try.
        from frontis.cli.trial import check  # noqa: PLC0415

        faults = [str(fault) for _, fault in check(settings.templates_dir) if fault]
        if faults:
            raise BadSetting("FRONTIS_TEMPLATES_DIR: " + "; ".join(faults))
    serve(settings, host=host, port=port, workers=workers)
