"""frontis doctor: what is missing or set up wrongly, and how to mend it. It looks, and changes nothing."""

import logging
from collections.abc import Callable, Iterator
from functools import partial

import structlog

from frontis.cli.doctor.environment import examine_settings, examine_variables
from frontis.cli.doctor.finding import Finding, Verdict, fault
from frontis.errors import BadSetting
from frontis.settings import Settings

__all__ = ["Finding", "Verdict", "examine"]

Examination = Callable[[], Iterator[Finding]]


def examine(server: str = "") -> Iterator[Finding]:
    """Look at everything, and tell each thing as soon as it is known. server: the address of one that runs, or ""."""
    # What is logged on the way is told here as a finding, and need not be printed a second time.
    logging.getLogger("frontis").addHandler(logging.NullHandler())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield from examine_variables()
    try:
        settings = Settings()
    except BadSetting:
        # Told already. The rest hangs on the settings.
        return
    for each in _examinations(settings, server):
        yield from _guarded(each)


def _examinations(settings: Settings, server: str) -> Iterator[Examination]:
    # The engine and its codecs are loaded when it is their turn.
    from frontis.cli.doctor.machine import examine_folder, examine_limits  # noqa: PLC0415

    yield partial(examine_settings, settings)
    yield partial(examine_folder, settings)
    yield partial(examine_limits, settings)
    from frontis.cli.doctor.engine import examine_drawing, examine_fonts, examine_templates  # noqa: PLC0415

    yield partial(examine_fonts, settings)
    yield partial(examine_templates, settings)
    yield examine_drawing
    from frontis.cli.doctor import neighbours  # noqa: PLC0415

    yield partial(neighbours.examine_database, settings)
    yield partial(neighbours.examine_redis, settings)
    yield partial(neighbours.examine_store, settings)
    yield partial(neighbours.examine_mail, settings)
    yield partial(neighbours.examine_network, settings)
    if server:
        yield partial(neighbours.examine_server, server)


def _guarded(examination: Examination) -> Iterator[Finding]:
    """One that breaks is a finding, and keeps the others from nothing."""
    try:
        yield from examination()
    except Exception as error:  # noqa: BLE001  (whatever is wrong with this machine, the doctor says so)
        name = getattr(examination, "func", examination).__name__.removeprefix("examine_")
        yield fault(name, f"could not be looked at ({type(error).__name__}: {error})", "Tell us: this is our fault.")
