"""What tests of other people's graders share."""

from collections.abc import Iterator

import pytest

from tests.environments import WITHOUT


@pytest.fixture(scope="module", autouse=True)
def _without_a_grammar() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(WITHOUT), prepend=":")
        yield
