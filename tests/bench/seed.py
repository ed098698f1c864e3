"""Users, attempts and answers for the load, made by SQL in bulk; tokens and responses for load.lua.

Every id follows from a number, so that load.lua can name it without a list: user number i has UUID md5('quizd bench user i'),
attempt number n has UUID 01900000-0000-7000-8000-<n in hexadecimal>, belongs to user n mod USERS and is on paper n mod PAPERS.
Blocks of attempt numbers:

  0 …                 one deferred open attempt for each user
  CHECKED …           PAPERS more of these, for compare.py
  IMMEDIATE …         open, feedback immediate, nothing answered
  SUBMIT …            open, feedback deferred, all ten positions answered
  HISTORY …           of other users, submitted (growth.py)
"""
import base64
import hashlib
import hmac
import json
import os
import random
import time
import uuid

USERS = 2048
PAPERS = 64
POSITIONS = 10
CHECKED = USERS
IMMEDIATE = 1 << 32
SUBMIT = 2 << 32
HISTORY = 3 << 32
SECTIONS_SEEN = 20
TOKEN_LIFETIME_S = 3600

FUNCTIONS = """
CREATE FUNCTION bench_user(i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5('quizd bench user ' || i)::uuid;
CREATE FUNCTION bench_attempt(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE TABLE bench_papers (paper bigint PRIMARY KEY, bank_id uuid, question_ids uuid[], versions bigint[]);
CREATE TABLE bench_responses (paper bigint, position integer, question_id uuid, response text, credit integer);
"""

USERS_SQL = """
INSERT INTO users (id, email, email_key, display_name, role, password_hash)
SELECT bench_user(i), 'learner' || i || '@example.org', 'learner' || i || '@example.org', 'Learner ' || i, 'learner', '-'
FROM generate_series(%(first)s::bigint, %(last)s) AS i
"""

EVIDENCE_SQL = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY position) - 1 AS number, count(*) OVER () AS total
    FROM sections WHERE bank_id = %(bank)s AND removed_at IS NULL
), drawn AS (
    SELECT i, numbered.id, 1 + mod(i * 7 + number * 5, 8) AS answers,
           clock_timestamp() - make_interval(days => mod(i + number * 3, 60)::int) AS at
    FROM generate_series(%(first)s::bigint, %(last)s) AS i, numbered
    WHERE mod(number * 31 + i * 17, total) < %(sections)s
), scored AS (
    SELECT *, mod(i * 13 + answers * 11, answers + 1) AS correct FROM drawn
)
INSERT INTO section_evidence
    (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at)
SELECT bench_user(i), %(bank)s, id, evidence_weight(at) * answers, evidence_weight(at) * correct, answers, correct, at,
       CASE WHEN correct < answers THEN at END
FROM scored
"""

ATTEMPTS_SQL = """
INSERT INTO attempts (user_id, id, bank_id, answer_sequence)
SELECT bench_user(mod(n, %(users)s)), bench_attempt(n), p.bank_id, %(answered)s
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_papers AS p ON p.paper = mod(n, %(papers)s);
INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions)
SELECT bench_user(mod(n, %(users)s)), bench_attempt(n), 'practice', %(feedback)s, to_hex(n), p.question_ids, p.versions
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_papers AS p ON p.paper = mod(n, %(papers)s)
"""

ANSWERS_SQL = """
INSERT INTO answers (user_id, attempt_id, position, revision, question_id, response, credit_milli, points_milli, is_final, recorded_at)
SELECT bench_user(mod(n, %(users)s)), bench_attempt(n), r.position, 1, r.question_id, r.response, r.credit, r.credit,
       false, clock_timestamp()
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_responses AS r ON r.paper = mod(n, %(papers)s)
"""


def user_id(number):
    return str(uuid.UUID(hashlib.md5(f"quizd bench user {number}".encode()).hexdigest()))


def attempt_id(number):
    return f"01900000-0000-7000-8000-{number:012x}"


# ---- tokens, as server/auth/token.c issues them ----

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Signer:
    def __init__(self, key_file):
        self.secret = os.urandom(32)
        with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.secret.hex() + "\n")
        kid = hashlib.sha256(self.secret).hexdigest()[:16]
        self.header = base64url(compact({"alg": "HS256", "kid": kid, "typ": "JWT"}).encode())

    def token(self, number, now=None, role="learner"):
        now = int(now or time.time())
        claims = {
            "aud": "quizd-api", "exp": now + TOKEN_LIFETIME_S, "iat": now, "iss": "quizd", "jti": str(uuid.uuid4()),
            "role": role, "sid": str(uuid.uuid4()), "sub": user_id(number), "typ": "access",
        }
        signed = f"{self.header}.{base64url(compact(claims).encode())}"
        return f"{signed}.{base64url(hmac.new(self.secret, signed.encode(), hashlib.sha256).digest())}"


# ---- responses ----

def wrong_choices(body):
    return [{"choices": [option["id"]]} for option in body["options"] if not option["correct"]][:3]


def right_response(body):
    return {
        "single_choice": lambda: {"choices": [o["id"] for o in body["options"] if o["correct"]]},
        "multiple_choice": lambda: {"choices": [o["id"] for o in body["options"] if o["correct"]]},
        "true_false": lambda: {"choices": [o["id"] for o in body["options"] if o["correct"]]},
        "numeric": lambda: {"number": body["number"]["value"]},
        "short_text": lambda: {"text": body["accepted"][0]["text"].replace("*", "")},
        "ordering": lambda: {"order": body["order"]},
        "matching": lambda: {"pairs": body["pairs"]},
    }[body["type"]]()


def wrong_pairs(body):
    ids = [choice["id"] for choice in body["choices"]]
    return {premise: next(id for id in ids if id != choice) for premise, choice in body["pairs"].items()}


def wrong_responses(body):
    kind = body["type"]
    if kind == "numeric":
        return [{"number": body["number"]["value"] * 3 + more} for more in (1000, 2000)]
    if kind == "short_text":
        return [{"text": "not this"}, {"text": "nor that"}]
    if kind == "ordering":
        return [{"order": body["order"][1:] + body["order"][:1]}]
    return [{"pairs": wrong_pairs(body)}] if kind == "matching" else wrong_choices(body)


def responses(body):
    """Two or more, each with its credit; the right one first."""
    return [(compact(right_response(body)), 1000)] + [(compact(wrong), 0) for wrong in wrong_responses(body)]


# ---- in bulk ----

class Seeder:
    """Fills one database; `bank` is the slug of a bank that is there."""

    def __init__(self, cluster, database, bank):
        self.cluster, self.database, self.slug = cluster, database, bank
        self.bank = cluster.run(database, "SELECT id FROM banks WHERE slug = %s", bank)[0][0]

    def run(self, sql, **values):
        connection = self.cluster.connect(self.database)
        with connection.cursor() as cursor:
            cursor.execute(sql, {"bank": self.bank, "users": USERS, "papers": PAPERS, "sections": SECTIONS_SEEN, **values})
        connection.close()

    def draw_papers(self):
        """PAPERS different papers, drawn from all questions of the bank, the same ones in every run."""
        rows = self.cluster.run(self.database, """
            SELECT q.id, q.current_version, v.body FROM questions AS q
            JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
            WHERE q.bank_id = %s AND q.state = 'published' ORDER BY q.slug LIMIT 5000""", self.bank)
        drawing = random.Random(20250101)
        return [drawing.sample(rows, POSITIONS) for _ in range(PAPERS)]

    def papers(self, directory):
        """Writes the papers into the database, and all their responses for load.lua."""
        self.cluster.run(self.database, FUNCTIONS)
        drawing = random.Random(20250102)
        connection = self.cluster.connect(self.database)
        with connection.cursor() as cursor, open(os.path.join(directory, "papers"), "w") as file:
            for paper, questions in enumerate(self.draw_papers()):
                cursor.execute("INSERT INTO bench_papers VALUES (%s, %s, %s::uuid[], %s::bigint[])",
                               (paper, self.bank, [row[0] for row in questions], [row[1] for row in questions]))
                for position, (question, _, body) in enumerate(questions, 1):
                    choice = responses(body)
                    file.writelines(f"{paper}\t{position}\t{response}\n" for response, _ in choice)
                    response, credit = drawing.choices(choice, [2] + [1] * (len(choice) - 1))[0]
                    cursor.execute("INSERT INTO bench_responses VALUES (%s, %s, %s, %s, %s)",
                                   (paper, position, question, response, credit))
        connection.close()
        self.run("ANALYZE bench_papers; ANALYZE bench_responses")

    def users(self, first=0, count=USERS):
        self.run(USERS_SQL, first=first, last=first + count - 1)
        self.run(EVIDENCE_SQL, first=first, last=first + count - 1)

    def attempts(self, first, count, feedback, is_answered=False):
        span = {"first": first, "last": first + count - 1}
        self.run(ATTEMPTS_SQL, **span, feedback=feedback, answered=POSITIONS if is_answered else 0)
        if is_answered:
            self.run(ANSWERS_SQL, **span)

    def settle(self):
        self.run("VACUUM (ANALYZE)")


def write_tokens(directory, signer):
    now = time.time()
    with open(os.path.join(directory, "tokens"), "w") as file:
        file.writelines(signer.token(number, now) + "\n" for number in range(USERS))
