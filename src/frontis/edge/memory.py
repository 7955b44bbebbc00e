"""Keeps the memory of a process flat."""

import asyncio


async def give_back_what_is_free() -> None:
    """Give what is free in the heap back to the system, in a thread and some milliseconds.

    Cards pass through large buffers, and small pictures that are kept come to lie between them: what is free in the end
    is in pieces that no large buffer fits into, and the heap grows with each that finds no room.
    """
    # With the engine, which is there by the time that there is something to give back.
    from frontis.draw.memory import give_back_free_memory  # noqa: PLC0415

    await asyncio.to_thread(give_back_free_memory)
