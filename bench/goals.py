"""What we claim, and whether a run bears it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import geometric_mean

from bench.measure import Case, Result
from bench.sides import OURS


@dataclass(frozen=True, slots=True)
class Goal:
    """At most this share of the peer's time, and of its bytes where that is claimed too."""

    form: str
    peer: str
    time: float
    size: float | None


GOALS = (
    Goal("png", "takumi", time=0.6, size=1.5),
    Goal("jpeg", "takumi", time=0.35, size=1.0),
    Goal("webp", "takumi", time=0.8, size=1.0),
    Goal("png", "satori", time=0.15, size=None),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim, of time or of bytes: our share of the peer's, for each card and as their geometric mean."""

    form: str
    peer: str
    what: str
    limit: float
    shares: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The geometric mean over the cards."""
        return geometric_mean(self.shares.values())

    @property
    def is_met(self) -> bool:
        """By the mean."""
        return self.mean <= self.limit


def judge(results: Mapping[Case, Result]) -> list[Verdict]:
    """A verdict on each claim for which both sides were measured."""
    verdicts = []
    for goal in GOALS:
        pairs = {
            case.card: (results[Case(OURS, case.card, case.form)], peer)
            for case, peer in results.items()
            if (case.side, case.form) == (goal.peer, goal.form) and Case(OURS, case.card, case.form) in results
        }
        if not pairs:
            continue
        times = {card: ours.p50 / peer.p50 for card, (ours, peer) in pairs.items()}
        first = {card: ours.first / peer.first for card, (ours, peer) in pairs.items()}
        verdicts.append(Verdict(goal.form, goal.peer, "time, in a row", goal.time, times))
        verdicts.append(Verdict(goal.form, goal.peer, "time, the first", goal.time, first))
        if goal.size is not None:
            sizes = {card: ours.size_bytes / peer.size_bytes for card, (ours, peer) in pairs.items()}
            verdicts.append(Verdict(goal.form, goal.peer, "bytes", goal.size, sizes))
    return verdicts
