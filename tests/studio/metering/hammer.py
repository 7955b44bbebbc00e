"""A process of its own that takes from one account until it is refused, and prints a line for each picture served.

hammer.py ACCOUNT KEY DAILY MONTHLY FATAL: with its picture of the number FATAL it is killed; 0: never.
"""

import asyncio
import os
import signal
import sys

import django

from frontis.errors import QuotaExceeded
from frontis.model.account import Allowance, Holder, KeyKind, Plan


async def hammer(account: int, key: int, daily: int, monthly: int, fatal: int) -> None:
    from frontis.studio.metering.meter import LeasingMeter  # noqa: PLC0415  (Django must have been set up)

    plan = Plan("tested", allowances={"osig": Allowance(images_per_day=daily, images_per_month=monthly)})
    holder = Holder(account, key, KeyKind.OSIG, plan)
    meter = LeasingMeter(warning_part=0.8)
    meter.open()
    os.write(1, b"ready\n")
    await asyncio.to_thread(sys.stdin.readline)
    number = 0
    try:
        while True:
            usage = await meter.take(holder, "osig")
            # At once, past every buffer, so that what was served is known also of a process that is killed.
            os.write(1, f"served {' '.join(usage.crossed)}\n".encode())
            number += 1
            if number == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
    except QuotaExceeded as refusal:
        os.write(1, f"refused {' '.join(refusal.periods)}\n".encode())
    await meter.close()


if __name__ == "__main__":
    django.setup()
    asyncio.run(hammer(*map(int, sys.argv[1:])))
