"""Fixtures of the API's tests."""
import pytest

from support_py.examples import Examples


@pytest.fixture(scope="session")
def examples(ada, aws, world):
    """A good request for every operation, as `ada`."""
    return Examples(ada, aws, world.database)
