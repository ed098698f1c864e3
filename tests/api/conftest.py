"""Fixtures of the API's tests."""
import pytest

from support_py.examples import Examples
from support_py.turns import clear_of


@pytest.fixture
def one_day():
    """No day ends within the test, wherever: time zones have their midnight at a quarter of an hour."""
    clear_of(86400, 60)
    clear_of(900, 15)


@pytest.fixture(scope="session")
def examples(ada, aws, admin):
    """A good request for every operation, as `ada` where a learner may, else as an admin."""
    return Examples(ada, aws, admin)
