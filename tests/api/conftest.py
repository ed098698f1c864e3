"""Fixtures of the API's tests."""
import pytest

from support_py.examples import Examples


@pytest.fixture(scope="session")
def examples(ada, aws, admin):
    """A good request for every operation, as `ada` where a learner may, else as an admin."""
    return Examples(ada, aws, admin)
