"""
GET /v1/me/export and DELETE /v1/me: everything that is stored on a person, and nothing after it. Both are held against the catalogue:
a new table with a user_id is not forgotten.
"""
import json
import os

import pytest

from support_py import bank as banks
from support_py import tokens
from support_py.at_once import at_once
from support_py.examples import new_id
from support_py.learner import Learner, answer_all, log_in

# Never shown to anybody, not even to their owner.
SECRETS = {"users": {"password_hash", "email_key"}, "sessions": {"refresh_hash", "parent_hash", "successor_nonce"},
           "used_refresh_tokens": {"hash"}, "account_tokens": {"hash"}, "idempotency_keys": {"fingerprint"}}
# Kept by reference to the account as a whole.
OWNER = {"user_id"}
# Outlive the person, with bare ids: what was done, and for an hour which logins have ended.
KEPT = {"audit_events", "token_revocations"}


def lists(document):
    """What the export has of each table: its rows."""
    attempts = document["attempts"]
    return {
        "users": [document["account"]], "sessions": document["sessions"], "attempts": attempts, "attempt_papers": attempts,
        "used_refresh_tokens": [{**used, "session_id": session["id"]} for session in document["sessions"]
                                for used in session["used_refresh_tokens"]],
        "account_tokens": document["account_tokens"], "token_revocations": document["token_revocations"],
        "answers": [{**answer, "attempt_id": attempt["id"]} for attempt in attempts for answer in attempt["answers"]],
        "section_evidence": document["section_evidence"], "reviews": document["reviews"],
        "study_activity": document["study_activity"], "team_members": document["team_members"],
        "board_members": document["board_members"], "points_days": document["points_days"], "bank_members": document["bank_members"],
        "question_reports": document["question_reports"], "regraded_answers": [entry for attempt in document["attempts"] for entry in attempt["regraded_answers"]],
        "idempotency_keys": document["idempotency_keys"], "jobs": document["jobs"],
        "audit_events": document["audit_events"],
    }


# What a column is called where the export says it otherwise.
NAMES = {"is_disabled": "disabled", "bank_id": "bank", ("attempt_papers", "attempt_id"): "id"}


def tables_of_people(database):
    """Tables with a user_id, the users themselves, and the audit, with their columns."""
    found = {}
    for table, column in database.rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"):
        found.setdefault(table, set()).add(column)
    return {table: columns for table, columns in found.items() if columns & {"user_id", "subject_id"} or table == "users"}


def rows_of(database, table, columns, user_id):
    owner = "id" if table == "users" else "user_id" if "user_id" in columns else "subject_id"
    return sorted(database.rows(f"SELECT * FROM {table} WHERE {owner} = %s", (user_id,)), key=str)


@pytest.fixture
def person(anyone, aws, admin, world):
    """Somebody with something in every table."""
    made = Learner(anyone)
    attempt = made.start(size=4, feedback="deferred")
    answer_all(made, aws, attempt)
    made.submit(attempt)
    half = made.start(size=3)
    made.answer(half, 1, banks.right(aws.find(half["items"][0]["question"])))
    made.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice", "size": 1}, headers={"Idempotency-Key": "mine"}, expect=201)
    made.client.post("/v1/teams", {"name": "Mine"}, expect=201)
    made.client.put("/v1/banks/aws-dva-c01/leaderboard/me", expect=204)
    admin.client.patch(f"/v1/users/{made.id}", {"role": "instructor"}, expect=200)
    made.tokens = log_in(anyone, made.email, made.password)
    body = {"grant_type": "refresh_token", "refresh_token": made.tokens["refresh_token"]}
    made.tokens = anyone.post("/v1/auth/token", body, expect=200).json
    made.client = anyone.as_user(made.tokens["access_token"])
    world.database.run("INSERT INTO account_tokens (user_id, purpose, hash, expires_at) VALUES (%s, 'reset', %s, clock_timestamp())",
                       (made.id, os.urandom(32)))
    admin.client.put(f"/v1/banks/aws-dva-c01/members/{made.id}", {"role": "editor"}, expect=200)
    made.client.post("/v1/banks/aws-dva-c01/exports", query={"format": "gift"}, expect=202)
    made.client.post(f"/v1/banks/aws-dva-c01/questions/{half['items'][0]['question']['id']}/reports", {"kind": "typo", "text": "teh"}, expect=201)
    regrade = new_id()
    world.database.run("INSERT INTO regrades (id, bank_id, question_id, version, key_version, policy, state, created_by) "
                       "SELECT %s, bank_id, id, 1, 1, 'drop_item', 'reverted', %s FROM questions LIMIT 1", (regrade, new_id()))
    world.database.run("INSERT INTO regraded_answers (user_id, attempt_id, position, regrade_id, state) VALUES (%s, %s, 1, %s, 'failed')",
                       (made.id, attempt["id"], regrade))
    return made


def export(person, **options):
    return person.client.get("/v1/me/export", expect=200, **options).json


def test_export__has_every_row_of_every_table(person, world):
    document = lists(export(person))
    for table, columns in tables_of_people(world.database).items():
        stored = rows_of(world.database, table, columns, person.id)
        assert table in document, f"{table} is not in the export: server/store/person_export.sql"
        shown = document[table]
        assert len(shown) == len(stored) > 0, table


def test_export__has_every_column(person, world):
    document = lists(export(person))
    for table, columns in tables_of_people(world.database).items():
        wanted = {NAMES.get((table, name), NAMES.get(name, name)) for name in columns - OWNER - SECRETS.get(table, set())}
        missing = wanted - set(document[table][0])
        assert not missing, f"{table}: {missing}"


def test_export__says_what_the_api_says(person, world):
    document = export(person)
    me = person.client.get("/v1/me").json
    own = {"disabled": False, "needs_verification": False, "extra_time_percent": 0,
           **{name: document["account"][name] for name in ("created_at", "password_changed_at")}}
    assert document["account"] == {**me, **own}
    for attempt in document["attempts"]:
        shown = person.read(attempt)
        assert (attempt["state"], attempt["mode"], attempt["seed"]) == (shown["state"], shown["mode"], shown["seed"])
        assert attempt["question_ids"] == [item["question"]["id"] for item in shown["items"]]
        given = {item["position"]: item["answer"]["response"] for item in shown["items"] if item["answer"]}
        assert {answer["position"]: answer["response"] for answer in attempt["answers"]} == given


def test_export__holds_no_secret(person, world):
    text = json.dumps(export(person))
    (password_hash,), = world.database.rows("SELECT password_hash FROM users WHERE id = %s", (person.id,))
    hashes = [bytes(value).hex() for table, names in SECRETS.items() for name in names - {"password_hash", "email_key", "fingerprint"}
              for value, in world.database.rows(f"SELECT {name} FROM {table} WHERE user_id = %s AND {name} IS NOT NULL", (person.id,))]
    assert len(hashes) >= 6
    for secret in (password_hash, person.password, person.tokens["access_token"], person.tokens["refresh_token"], *hashes):
        assert secret not in text


def test_export__of_somebody_who_did_nothing(learner):
    document = export(learner)
    for table in ("attempts", "section_evidence", "reviews", "study_activity", "bank_members", "question_reports", "idempotency_keys",
                  "account_tokens", "token_revocations", "team_members", "board_members", "points_days"):
        assert document[table] == [], table
    assert [event["event"] for event in document["audit_events"]] == ["account.registered", "login.succeeded", "user.exported"]
    assert [session["used_refresh_tokens"] for session in document["sessions"]] == [[]]


def test_export__is_written_down(person, admin):
    export(person)
    event, = admin.client.get("/v1/audit", query={"subject_id": person.id, "event": "user.exported"}).json["data"]
    assert (event["actor_id"], event["address"], event["detail"]) == (person.id, "127.0.0.1", {})


def test_export__shows_nobody_else(person, eve, world):
    eve.start(size=1)
    text = json.dumps(export(person))
    assert eve.id not in text and eve.email not in text


# --- erasure ---

def erase(person, expect=204, **options):
    return person.client.request("DELETE", "/v1/me", expect=expect, **options)


def test_delete_me__leaves_nothing(person, world):
    before = {table for table, columns in tables_of_people(world.database).items() if rows_of(world.database, table, columns, person.id)}
    assert before == set(tables_of_people(world.database)), "the person of this test has nothing in a table: give him something there"
    erase(person)
    for table, columns in tables_of_people(world.database).items():
        if table not in KEPT:
            assert rows_of(world.database, table, columns, person.id) == [], table
    for (table,) in world.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        (text,), = world.database.rows(f"SELECT coalesce(string_agg(t::text, '|'), '') FROM {table} AS t WHERE t::text LIKE %s",
                                       (f"%{person.email}%",))
        assert text == "", table
        found = world.database.rows(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", (f"%{person.id}%",))
        assert found == [(0,)] or table in KEPT, table


def test_delete_me__forgets_where_he_came_from(person, admin, world):
    """What was done stays, by and to whom, but no address of his, also not of what he did to others."""
    world.database.run("INSERT INTO audit_events (id, event, actor_id, subject_id, address) "
                       "VALUES (gen_random_uuid(), 'user.disabled', %s, %s, '203.0.113.7')", (person.id, admin.id))
    query = "SELECT count(*), count(address) FROM audit_events WHERE %(id)s IN (actor_id, subject_id) AND coalesce(actor_id, %(id)s) = %(id)s"
    (events, addresses), = world.database.rows(query, {"id": person.id})
    others = world.database.rows("SELECT count(address) FROM audit_events WHERE actor_id <> %s", (person.id,))
    assert addresses > 3 and others > [(0,)]
    erase(person)
    assert world.database.rows(query, {"id": person.id}) == [(events + 1, 0)]
    assert world.database.rows("SELECT count(address) FROM audit_events WHERE actor_id <> %s", (person.id,)) == others


def test_delete_me__addresses_of_who_is_there_stay(person, world):
    """Whoever has the rights of the server cannot wipe his traces with that."""
    query = "SELECT count(address) FROM audit_events WHERE subject_id = %s"
    before = world.database.rows(query, (person.id,))
    assert world.database.rows("SELECT forget_addresses(%s)", (person.id,)) == [(0,)]
    assert world.database.rows(query, (person.id,)) == before and before[0][0] > 0


def test_delete_me__of_nobody_else(person, eve, world):
    eve.start(size=1)
    tables = tables_of_people(world.database)
    mine = {table: rows_of(world.database, table, columns, eve.id) for table, columns in tables.items()}
    erase(person)
    assert {table: rows_of(world.database, table, columns, eve.id) for table, columns in tables.items()} == mine


def statistics(database):
    """How often each version was answered, and what the answers were worth: of people, and of those who are gone."""
    return set(database.rows("""
        SELECT bank_id, question_id, version, sum(answers), sum(correct), sum(credit)
        FROM (SELECT a.bank_id, w.question_id, p.versions[w.position] AS version, 1 AS answers, (w.credit_milli = 1000)::int AS correct,
                     w.credit_milli AS credit
              FROM answers AS w
              JOIN attempts AS a ON a.user_id = w.user_id AND a.id = w.attempt_id
              JOIN attempt_papers AS p ON p.user_id = w.user_id AND p.attempt_id = w.attempt_id
              UNION ALL
              SELECT bank_id, question_id, version, answers, correct, credit_milli FROM question_erased_answers) AS x
        GROUP BY 1, 2, 3"""))


def test_delete_me__keeps_the_statistics_of_questions(person, world):
    before = statistics(world.database)
    erase(person)
    assert statistics(world.database) == before
    columns = {name for (name,) in world.database.rows("SELECT column_name FROM information_schema.columns "
                                                       "WHERE table_name = 'question_erased_answers'")}
    assert columns == {"bank_id", "question_id", "version", "answers", "correct", "credit_milli"}


def test_delete_me__the_token_and_the_login_end(person, anyone):
    erase(person)
    assert person.client.get("/v1/me", expect=401).code == "invalid_token"
    log_in(anyone, person.email, person.password, expect=401)
    anyone.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}, expect=401)
    reply = erase(person, expect=401)
    assert reply.code == "invalid_token"
    assert person.client.get("/v1/me/export", expect=401).code == "invalid_token"


def test_delete_me__the_address_is_free_again(person, anyone):
    erase(person)
    body = {"email": person.email, "password": person.password, "display_name": "Another"}
    assert anyone.post("/v1/auth/register", body, expect=201).json["id"] != person.id


@pytest.mark.parametrize("age,status", [("9 minutes 55 seconds", 204), ("10 minutes 5 seconds", 403), ("3 days", 403)])
def test_delete_me__needs_a_fresh_login(learner, world, age, status):
    world.database.run("UPDATE sessions SET created_at = clock_timestamp() - %s::interval WHERE user_id = %s", (age, learner.id))
    before = world.database.fingerprint()
    reply = erase(learner, expect=status)
    if status == 403:
        assert reply.code == "login_too_old" and world.database.fingerprint() == before


def test_delete_me__a_refreshed_login_is_as_old_as_its_password(learner, anyone, world):
    world.database.run("UPDATE sessions SET created_at = clock_timestamp() - interval '1 hour' WHERE user_id = %s", (learner.id,))
    body = {"grant_type": "refresh_token", "refresh_token": learner.tokens["refresh_token"]}
    young = anyone.post("/v1/auth/token", body, expect=200).json["access_token"]
    assert erase(learner, expect=403, token=young).code == "login_too_old"


def test_delete_me__needs_a_login_of_ones_own(learner, eve, server):
    """A token for one's account with the login of somebody else, or with none that exists."""
    session = json.loads(tokens.decode(eve.tokens["access_token"].split(".")[1]))["sid"]
    for changes in ({"sid": session}, {}):
        token = tokens.token_for(server.key, learner.id, **changes)
        assert erase(learner, expect=403, token=token).code == "login_too_old"


def test_delete_me__among_answers(anyone, aws, world):
    """While answers and new attempts keep coming in: nothing is left of either."""
    for _ in range(5):
        person = Learner(anyone)
        attempt = person.start(size=8)

        def act(number, person=person, attempt=attempt):
            if number == 4:
                return erase(person, expect=(204, 503))
            if number > 8:
                return person.client.post("/v1/attempts", {"bank": aws.slug, "mode": "practice", "size": 1}, expect=(201, 401, 503))
            position = number % 8 + 1
            question = aws.find(attempt["items"][position - 1]["question"])
            return person.answer(attempt, position, banks.right(question), expect=(200, 401, 404, 503))

        replies = at_once(12, act)
        if replies[4].status == 503:
            erase(person)
        for table, columns in tables_of_people(world.database).items():
            if table not in KEPT:
                assert rows_of(world.database, table, columns, person.id) == [], table
