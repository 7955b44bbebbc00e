"""The program of a process apart: one picture after another, from standard input to standard output."""

import json
import os
import sys
from dataclasses import asdict
from typing import IO

from frontis.decode.here import decode_here
from frontis.decode.limits import IDLE_SECONDS_APART, MEMORY_APART, SECONDS_APART
from frontis.decode.sniff import Kind
from frontis.errors import BadPicture
from frontis.model.output import Size


def run() -> None:
    """Answers until standard input ends.

    A request is a line of JSON (kind, box, length) and the picture's bytes; a reply is a line of JSON (a Photo's
    fields and the length of its data, or the name and words of a refusal) and the data.
    """
    replies = _own_standard_output()
    _limit_memory()
    _end_after(IDLE_SECONDS_APART)
    while head := sys.stdin.buffer.readline():
        # Beyond what the asker allows, so that this ends even when the asker has ended.
        _end_after(SECONDS_APART + 1)
        request = json.loads(head)
        data = sys.stdin.buffer.read(request["length"])
        replies.write(_answer(Kind(request["kind"]), data, Size(*request["box"])))
        replies.flush()
        _end_after(IDLE_SECONDS_APART)


def _answer(kind: Kind, data: bytes, box: Size) -> bytes:
    try:
        photo = decode_here(kind, data, box)
    except BadPicture as error:
        return _line({"refusal": type(error).__name__, "words": str(error)})
    fields = asdict(photo)
    del fields["data"]
    return _line({**fields, "length": len(photo.data)}) + photo.data


def _line(head: dict[str, object]) -> bytes:
    return json.dumps(head).encode() + b"\n"


def _own_standard_output() -> IO[bytes]:
    """The stream of replies, where no library that prints can come between."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return replies


if sys.platform == "win32":

    def _limit_memory() -> None:
        """Windows has no such limit: the asker's clock alone counts there."""

    def _end_after(seconds: int) -> None:
        """Windows has no such alarm."""

else:
    import resource
    import signal

    def _limit_memory() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_APART, MEMORY_APART))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def _end_after(seconds: int) -> None:
        """The alarm's own action ends the process, even inside a library's call."""
        signal.alarm(seconds)
