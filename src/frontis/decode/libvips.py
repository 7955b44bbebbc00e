"""How libvips behaves in this process."""

import atexit

import pyvips

_WARNING = 1 << 4


def settle() -> None:
    """Makes libvips thrifty and silent, for the whole process.

    Memory stays flat without its cache of operations. Each render thread has one picture at work: more threads for each
    would only wait for one another. Its warnings quote foreign bytes: whoever sends pictures could fill the log.
    """
    pyvips.cache_set_max(0)
    pyvips.concurrency_set(1)
    handler = pyvips.glib_lib.g_log_set_handler(b"VIPS", _WARNING, _unheard, pyvips.ffi.NULL)
    # Nothing of Python may be called once the interpreter has gone.
    atexit.register(pyvips.glib_lib.g_log_remove_handler, b"VIPS", handler)


@pyvips.ffi.callback("GLogFunc")  # type: ignore[untyped-decorator]
def _unheard(_domain: object, _level: int, _message: object, _data: object) -> None:
    """Takes a warning and does nothing."""
