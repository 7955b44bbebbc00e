"""A word for each request, by which all lines that belong to it are found: the proxy's own, or one made here."""

import itertools
import re
import secrets

from starlette.types import Scope

from frontis.edge.clients import is_from, parse_trusted

HEADER = b"x-request-id"
REQUEST_ID = "frontis.request_id"
"""In the scope."""
_SAFE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Belongs to one process. trusted: FRONTIS_TRUSTED_PROXIES."""

    def __init__(self, trusted: str = "") -> None:
        self._trusted = parse_trusted(trusted)
        # Random once a process, and counted from there: random numbers for each would cost more than the rest.
        self._beginning = secrets.token_hex(6)
        self._count = itertools.count(1)

    def of(self, scope: Scope) -> str:
        """The word of a request: what a trusted proxy says, if it is letters and digits, else a new one."""
        if self._trusted:
            said = next((value for name, value in scope["headers"] if name == HEADER), b"")
            if said and _SAFE.fullmatch(said) and is_from(scope, self._trusted):
                return said.decode("ascii")
        return f"{self._beginning}{next(self._count):08x}"
