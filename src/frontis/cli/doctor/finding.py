"""What the doctor finds."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is. A fault keeps Frontis from doing what it was set up to do; a note is worth a thought."""

    GOOD = "good"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    subject: what, in a word or two. words: how it is. remedy: what to do about it, "" where there is nothing to do.
    """

    subject: str
    verdict: Verdict
    words: str
    remedy: str = ""


def good(subject: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, Verdict.GOOD, words)


def note(subject: str, words: str, remedy: str) -> Finding:
    """It works, and may not be what the operator wants."""
    return Finding(subject, Verdict.NOTE, words, remedy)


def fault(subject: str, words: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(subject, Verdict.FAULT, words, remedy)
