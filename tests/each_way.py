"""Tests of loops over pixels, by what is compiled and by numpy."""

from collections.abc import Iterator

import pytest

from frontis.encode import loops
from frontis.encode.loops import by_numpy, compiled


@pytest.fixture(scope="module", params=["compiled", "numpy"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once by the loops in C, and once as where no compiler was."""
    assert loops.ARE_COMPILED, "install a C compiler and Frontis once more: `make unit` does"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("are_nought", "index", "index_words", "laid", "packed", "repeats", "smeared"):
            patch.setattr(loops, name, getattr(compiled if request.param == "compiled" else by_numpy, name))
        yield
