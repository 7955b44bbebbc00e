"""Decoding in a process that can be stopped, for pictures whose cost cannot be told beforehand."""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import IO, Any, cast

from frontis.decode.limits import PROCESSES_APART, SECONDS_APART
from frontis.decode.sniff import Kind
from frontis.errors import BadPicture, DamagedPicture, PictureTooLarge, UnknownFormat
from frontis.model.output import Size
from frontis.model.photo import Photo

# Isolated from the environment and the current folder, with the modules of this process and nobody else's.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from frontis.decode.errand import run; run()"

# What fonts, languages and libraries are found by; no secret of ours.
_ENVIRONMENT = ("FONTCONFIG", "HOME", "LANG", "LC_", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMP", "XDG_")

_LONGEST_HEAD = 10_000
_REFUSALS = {refusal.__name__: refusal for refusal in (UnknownFormat, PictureTooLarge, DamagedPicture)}


class _Ended(Exception):
    """The process ended, or fell out of step, before it had answered."""


class _Process:
    """One process apart. Not thread-safe: one thread at a time has it."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no word of it from outside
            [sys.executable, "-I", "-c", _PROGRAM, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)
        self.was_stopped = False

    def ask(self, kind: Kind, data: bytes, box: Size) -> Photo:
        """The photo, or the BadPicture that the process found. Raises _Ended."""
        timer = threading.Timer(SECONDS_APART, self._stop)
        timer.start()
        try:
            head = {"kind": kind.value, "box": box, "length": len(data)}
            self._requests.write(json.dumps(head).encode() + b"\n" + data)
            self._requests.flush()
            return self._reply()
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            raise _Ended from error
        finally:
            timer.cancel()
            timer.join()

    def end(self) -> None:
        """Ends the process now, whatever it does."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._requests.close()
        self._replies.close()

    def let_go(self) -> None:
        """Closes this side only: the process belongs to the one that this one was forked from."""
        self._requests.close()
        self._replies.close()
        self._process.returncode = 0

    def _reply(self) -> Photo:
        head: dict[str, Any] = json.loads(self._replies.readline(_LONGEST_HEAD))
        if "refusal" in head:
            raise _REFUSALS[head["refusal"]](head["words"])
        length = head.pop("length")
        data = self._replies.read(length)
        if len(data) < length:
            raise EOFError
        return Photo(data, **head)

    def _stop(self) -> None:
        self.was_stopped = True
        self._process.kill()


class _Pool:
    """The processes apart: started when they are needed, kept for the next picture."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(PROCESSES_APART)
        self._idle: list[_Process] = []

    def begin_anew(self) -> None:
        """Lets go of all processes, after a fork: whatever other threads were doing, they do it no more."""
        self._places = threading.BoundedSemaphore(PROCESSES_APART)
        while self._idle:
            self._idle.pop().let_go()

    def ask(self, kind: Kind, data: bytes, box: Size) -> Photo:
        with self._places:
            with contextlib.suppress(_Ended, IndexError):
                # One that was kept may have ended of itself; that is not this picture's fault.
                return self._asked(self._idle.pop(), kind, data, box)
            try:
                return self._asked(_Process(), kind, data, box)
            except _Ended as error:
                raise kind.damaged() from error
            except OSError as error:
                raise BadPicture(f"{kind} pictures cannot be decoded now: no process could be started.") from error

    def end(self) -> None:
        while self._idle:
            self._idle.pop().end()

    def _asked(self, process: _Process, kind: Kind, data: bytes, box: Size) -> Photo:
        is_in_step = False
        try:
            photo = process.ask(kind, data, box)
            is_in_step = True
        except BadPicture:
            is_in_step = True
            raise
        except _Ended as error:
            if process.was_stopped:
                raise DamagedPicture(f"The {kind} picture takes more than {SECONDS_APART} s to draw.") from error
            raise
        finally:
            if is_in_step and not process.was_stopped:
                self._idle.append(process)
            else:
                process.end()
        return photo


_pool = _Pool()
atexit.register(_pool.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.begin_anew)


def decode_apart(kind: Kind, data: bytes, box: Size) -> Photo:
    """As `decode_here`, stopped when it takes more than SECONDS_APART or the memory of MEMORY_APART.

    Raises BadPicture's children, and BadPicture itself when no process can be started.
    """
    return _pool.ask(kind, data, box)
