"""Explains in the log why a card took long."""

from collections.abc import Mapping

import structlog

from frontis.model.card import Card

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# The steps of another stage, which is told as a whole.
_STEPS = frozenset({"decode", "compose", "draw", "encode"})


class SlowCards:
    """Writes one line for each card that takes longer than so many seconds. seconds: 0 for none."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def notice(self, card: Card, stages: Mapping[str, float], *, pictures: int, missing: int) -> None:
        """Look at a card that is drawn. stages: seconds. pictures: from elsewhere; missing: not had of these."""
        spent = sum(seconds for stage, seconds in stages.items() if stage not in _STEPS)
        if not self._seconds or spent < self._seconds:
            return
        size = card.output.size
        log.warning(
            "slow card",
            template=card.template,
            size=f"{size.width}x{size.height}",
            format=card.output.format.value,
            ms=round(spent * 1000),
            stages={stage: round(seconds * 1000, 1) for stage, seconds in stages.items()},
            pictures=pictures,
            missing=missing,
        )
