"""What server/deploy/pg_hba.conf lets in, with a PostgreSQL that uses it."""
import shutil

import psycopg2
import pytest

from support_py.cluster import Cluster
from support_py.program import TOP, quizd_ok

OWNER = "postgresql://quizd:secret-of-the-owner@{}/quizd"


@pytest.fixture(scope="module")
def guarded():
    cluster = Cluster()
    try:
        cluster.query("CREATE ROLE quizd SUPERUSER LOGIN PASSWORD 'secret-of-the-owner'")
        hba = cluster.data / "quizd_hba.conf"
        shutil.copy(TOP / "server/deploy/pg_hba.conf", hba)
        hba.chmod(0o644)
        cluster.query(f"ALTER SYSTEM SET hba_file = '{hba}'")
        cluster.restart("fast")
        quizd_ok("migrate", DATABASE_URL=OWNER.format(str(cluster.directory).replace("/", "%2F")))
        yield cluster
    finally:
        cluster.close()


def connect(cluster, user, database="quizd", **options):
    psycopg2.connect(host=str(cluster.directory), user=user, dbname=database, connect_timeout=5, **options).close()


def test_deploy__who_comes_in(guarded):
    connect(guarded, "quizd_runtime")
    connect(guarded, "quizd", password="secret-of-the-owner")


@pytest.mark.parametrize("user,database,options", [("quizd", "quizd", {}), ("quizd", "quizd", {"password": "guessed"}), ("postgres", "quizd", {}),
                                                   ("postgres", "postgres", {}), ("quizd_runtime", "postgres", {})])
def test_deploy__who_does_not(guarded, user, database, options):
    with pytest.raises(psycopg2.OperationalError):
        connect(guarded, user, database, **options)
