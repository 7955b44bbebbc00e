"""Tests of loops over pixels, by what is compiled and by numpy."""

from collections.abc import Iterator

import pytest

from frontis.encode import loops


@pytest.fixture(scope="module", params=["compiled", "numpy"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once by the loops in C, and once as where no compiler was."""
    assert loops.ARE_COMPILED, "install a C compiler and Frontis once more: `make unit` does"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "ARE_COMPILED", request.param == "compiled")
        yield
