"""Sets the clock on the wall of a server's processes, as whoever has the machine in hand may do at any moment."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from time_machine import travel

LOOK_SECONDS = 0.01


def follow(file: str) -> None:
    """Be as many days off the true time as the file tells, in this process and in those that are forked from it."""
    wall = travel(datetime.now(UTC), tick=True).start()
    began, began_at = datetime.now(UTC), time.monotonic()

    def watch() -> None:
        told = ""
        while True:
            before, told = told, Path(file).read_text()
            if told not in ("", before):
                true = began + timedelta(seconds=time.monotonic() - began_at)
                wall.move_to(true + timedelta(days=float(told)))
            time.sleep(LOOK_SECONDS)

    def begin() -> None:
        Thread(target=watch, daemon=True).start()

    os.register_at_fork(after_in_child=begin)
    begin()
