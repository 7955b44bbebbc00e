"""The only door to the network: every address that is dialled was checked, and everything has a limit."""

from frontis.fetch.attempts import Attempt
from frontis.fetch.door import Door
from frontis.fetch.guard import is_public
from frontis.fetch.originals import Fetched, Shelf
from frontis.fetch.policy import Allowed, Policy, parse_allow
from frontis.fetch.wants import PAGE, PICTURE

__all__ = ["PAGE", "PICTURE", "Allowed", "Attempt", "Door", "Fetched", "Policy", "Shelf", "is_public", "parse_allow"]
