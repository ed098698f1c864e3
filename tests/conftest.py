"""Fixtures of the tests of the API and of the whole system: one server with the bank of questions/, and people who use it."""
import collections
import os
import pathlib
import tempfile

import pytest

from support_py import bank as banks
from support_py import contract, program, record, sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner
from support_py.program import Server

HERE = pathlib.Path(__file__).resolve().parent
LAST = ["test_logs_of_the_suite.py", "test_everything_exercised.py"]


def pytest_collection_modifyitems(items):
    """What judges the whole run comes last; the rest keeps its order."""
    items.sort(key=lambda item: LAST.index(item.path.name) + 1 if item.path.name in LAST else 0)


def pytest_sessionstart(session):
    if not os.environ.get("QUIZD_TEST_URL"):
        pytest.exit("run these tests with tests/run (or `make test`): they need a PostgreSQL of their own", returncode=2)


@pytest.fixture(scope="session", autouse=True)
def recorded(request):
    """Hands what the session has seen to the record of the run."""
    record.begin(request.session.items[0].path.relative_to(HERE).parts[0])
    yield
    record.add_exercised(contract.printed_contract().exercised)


@pytest.fixture(scope="session")
def scratch():
    """A directory that is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="quizd-api-") as directory:
        yield pathlib.Path(directory)


@pytest.fixture
def database():
    """A fresh, empty database."""
    made = Database()
    yield made
    made.drop()


World = collections.namedtuple("World", "database server")


@pytest.fixture(scope="session")
def world(scratch):
    """A migrated database with the bank, and a server on it; both must come to a clean end."""
    database = Database("world")
    program.quizd_ok("migrate", DATABASE_URL=database.owner_url)
    program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=database.url)
    server = Server(scratch, database.url, name="world", QUIZD_LOG_LEVEL="debug", QUIZD_MAIL=f"file:{scratch}/world-mail.txt")
    try:
        yield World(database, server)
        status = server.stop()
        errors = server.errors()
        assert status == 0, f"exit status {status}; see the log:\n{server.log_path.read_text(errors='replace')[-4000:]}"
        assert not errors, f"errors in the log of the server: {errors[:5]}"
        assert server.find("serve.stopped")["is_drained"]
    finally:
        server.kill()
        database.drop()


@pytest.fixture(scope="session")
def server(world):
    return world.server


@pytest.fixture(scope="session")
def anyone(server):
    """A client without a token."""
    return Client(server.port, contract.printed_contract())


@pytest.fixture(scope="session")
def aws():
    return banks.Bank(banks.AWS)


@pytest.fixture
def learner(anyone):
    """Somebody new."""
    return Learner(anyone)


@pytest.fixture(scope="session")
def ada(anyone):
    """Somebody for tests that leave nothing behind and do not care what others have left."""
    return Learner(anyone)


@pytest.fixture(scope="session")
def eve(anyone):
    """Somebody else."""
    return Learner(anyone)


@pytest.fixture(scope="session")
def admin(anyone, world):
    """An admin who stays one."""
    return Learner(anyone, "admin", world.database)


@pytest.fixture(scope="session")
def sample(world, ada, scratch):
    """The bank of support_py/sample.py, beside the real one."""
    return samples.bring(world, ada, samples.write(scratch / "sample"))
