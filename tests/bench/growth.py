"""Whether time per request stays flat while the database grows: stored answers of other users, and questions in the bank."""
import contextlib
import os

import report
import search
import seed
import servers

MEASURES = ("put_deferred", "submit", "weak_areas")
ANSWERS = (10_000, 1_000_000, 10_000_000)
QUESTIONS = (1_000, 10_000, 100_000)
ROUNDS = 5
SECONDS = 1
WARM_UP_SECONDS = 2
SUBMITS = 48_000
ATTEMPTS_OF_A_USER = 10
HISTORY_USERS = 1_000_000  # where the numbers of the other users begin

# Other users' submitted attempts, counted for statistics long ago. Triggers of foreign keys are off and the index is made afterwards: one pass, no random writes.
HISTORY_SQL = """
SET session_replication_role = replica;
SET maintenance_work_mem = '1GB';
SET synchronous_commit = off;
ALTER TABLE answers DROP CONSTRAINT answers_pkey;
INSERT INTO attempts (user_id, id, bank_id, state, answer_sequence, submitted_at, raw_milli, max_milli, counted_at)
SELECT bench_user(%(users_from)s + n / %(each)s), bench_attempt(%(history)s + n), p.bank_id, 'submitted', 10, clock_timestamp(),
       mod(n, 11) * 1000, 10000, clock_timestamp()
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_papers AS p ON p.paper = mod(n, %(papers)s);
INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions)
SELECT bench_user(%(users_from)s + n / %(each)s), bench_attempt(%(history)s + n), 'practice', 'deferred', to_hex(n),
       p.question_ids, p.versions
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_papers AS p ON p.paper = mod(n, %(papers)s);
INSERT INTO answers (user_id, attempt_id, position, revision, question_id, response, credit_milli, points_milli, is_final, recorded_at)
SELECT bench_user(%(users_from)s + n / %(each)s), bench_attempt(%(history)s + n), r.position, 1, r.question_id, r.response,
       r.credit, r.credit, false, clock_timestamp() - make_interval(mins => mod(n, 500000)::int)
FROM generate_series(%(first)s::bigint, %(last)s) AS n
JOIN bench_responses AS r ON r.paper = mod(n, %(papers)s);
ALTER TABLE answers ADD PRIMARY KEY (user_id, attempt_id, position);
"""

# A bank of copies of the questions that are there, under copies of their sections. The statistics come at once: without them the
# planner takes the bank for a small one.
BANK_SQL = """
SET session_replication_role = replica;
SET maintenance_work_mem = '1GB';
DROP INDEX questions_words, questions_compared, questions_tags;
INSERT INTO banks (id, slug, title, language, target_milli, domains, notes_markdown)
SELECT md5(%(slug)s)::uuid, %(slug)s, title, language, target_milli, domains, '' FROM banks WHERE id = %(bank)s;
INSERT INTO sections
    (bank_id, id, path, anchor, title, depth, parent_path, position, first_line, last_line, body, links, content_hash)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || id)::uuid, path, anchor, title, depth, parent_path, position, first_line, last_line,
       body, links, content_hash
FROM sections WHERE bank_id = %(bank)s AND removed_at IS NULL;
CREATE TEMPORARY TABLE source AS
SELECT row_number() OVER (ORDER BY q.slug) - 1 AS number, count(*) OVER () AS total, v.section_id, v.body, q.words
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
WHERE q.bank_id = %(bank)s AND q.state = 'published';
INSERT INTO questions (bank_id, id, slug, state, current_version, published_version, section_id, type, difficulty, tags, domain, stem,
                       compared, words, edited_at)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || n)::uuid, 'copy-' || n, 'published', 1, 1, md5(%(slug)s || source.section_id)::uuid,
       body ->> 'type', (body ->> 'difficulty')::integer, ARRAY(SELECT jsonb_array_elements_text(body -> 'tags')), body ->> 'domain',
       body ->> 'stem', question_compared(body), words, clock_timestamp()
FROM generate_series(1, %(count)s) AS n JOIN source ON source.number = mod(n, source.total);
INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || n)::uuid, 1, md5(%(slug)s || source.section_id)::uuid,
       jsonb_set(source.body, '{slug}', to_jsonb('copy-' || n))
FROM generate_series(1, %(count)s) AS n JOIN source ON source.number = mod(n, source.total);
CREATE INDEX questions_words ON questions USING gin (words);
CREATE INDEX questions_compared ON questions USING gin (compared gin_trgm_ops);
CREATE INDEX questions_tags ON questions USING gin (tags);
ANALYZE banks, sections, questions, question_versions;
"""


class Stage:
    """A database of one size with a server on it; all stages of a table run side by side, so that they can take turns."""

    def __init__(self, bench, title, database, bank, server):
        self.bench, self.title, self.database, self.bank, self.server = bench, title, database, bank, server
        self.start = {"ready_ms": server.ready_ms, "idle_kib": servers.rss_kib(server.pid)}
        self.runs = {measure: {"single": [], "crowd": []} for measure in MEASURES}
        self.used = 0
        bench.say(f"{title}: ready after {server.ready_ms:.0f} ms")

    def run(self, measure, connections, seconds):
        run = self.bench.load(self.bank).run(self.server, measure, connections, seconds, revision=self.bench.next_revision(),
                                             first=seed.SUBMIT + self.used, count=SUBMITS // (2 * (ROUNDS + 1)))
        self.used += run["used"]
        self.bench.count_errors(self.server, measure, connections, run)
        return run

    def warm_up(self):
        """The first write to a page after a checkpoint carries the whole page: of a large table nearly every one would."""
        for measure in MEASURES:
            self.run(measure, 128, WARM_UP_SECONDS)

    def measure(self, measure):
        for kind, connections in (("single", 1), ("crowd", 128)):
            self.runs[measure][kind].append(self.run(measure, connections, SECONDS))

    def found(self, measure):
        return {kind: report.digest(runs) for kind, runs in self.runs[measure].items()}


class Growth:
    def __init__(self, bench):
        self.bench, self.cluster = bench, bench.cluster
        is_quick = bench.options.quick
        self.rounds = 1 if is_quick else ROUNDS
        self.answer_counts = ANSWERS[:2] if is_quick else ANSWERS
        self.question_counts = QUESTIONS[:2] if is_quick else QUESTIONS

    def run(self):
        return {"answers": self.answers(), "questions": self.questions()}

    def stage(self, stack, title, database, bank):
        server = servers.start_quizd(self.cluster, database, self.bench.key_file, self.bench.directory)
        return Stage(self.bench, title, database, bank, stack.enter_context(server))

    def measure(self, stages):
        """Each measure at one connection (the time of a request) and at 128; the stages take turns in every round."""
        self.cluster.run("postgres", "CHECKPOINT")
        for stage in stages:
            stage.warm_up()
        for number in range(self.rounds):
            self.bench.say(f"round {number + 1} of {self.rounds}")
            for measure in MEASURES:
                for stage in stages:
                    stage.measure(measure)
        return {measure: [stage.found(measure) for stage in stages] for measure in MEASURES}

    def make_answers(self, size):
        database = f"growth_{size}_answers"
        self.bench.say(f"making {size:,} answers")
        self.cluster.create(database, "base")
        seeder = seed.Seeder(self.cluster, database, self.bench.bank)
        attempts = size // seed.POSITIONS
        seeder.users(HISTORY_USERS, attempts // ATTEMPTS_OF_A_USER)
        seeder.run(HISTORY_SQL, first=0, last=attempts - 1, each=ATTEMPTS_OF_A_USER, users_from=HISTORY_USERS, history=seed.HISTORY)
        seeder.attempts(seed.SUBMIT, SUBMITS, "deferred", is_answered=True)
        seeder.settle()
        return database

    def answers(self):
        databases = [self.make_answers(size) for size in self.answer_counts]
        with contextlib.ExitStack() as stack:
            stages = [self.stage(stack, f"{size:,} answers", database, self.bench.bank)
                      for size, database in zip(self.answer_counts, databases)]
            measures = self.measure(stages)
        for database in databases:
            self.cluster.drop(database)
        return {"sizes": self.answer_counts, "measures": measures}

    def make_bank(self, size):
        database, slug = f"growth_{size}", f"copies-{size}"
        self.bench.say(f"making a bank of {size:,} questions")
        self.cluster.create(database, "imported")
        seed.Seeder(self.cluster, database, self.bench.bank).run(BANK_SQL, slug=slug, count=size)
        directory = os.path.join(self.bench.directory, slug)
        os.makedirs(directory)
        seeder = seed.Seeder(self.cluster, database, slug)
        self.bench.seed_users(seeder, directory)
        seeder.attempts(seed.SUBMIT, SUBMITS, "deferred", is_answered=True)
        seeder.settle()
        return database, slug

    def text_bytes(self, database):
        """What the questions are as JSON: what a server cannot do without."""
        sql = "SELECT sum(octet_length(body::text)) FROM question_versions"
        return int(self.cluster.run(database, sql)[0][0])

    def questions(self):
        banks = [self.make_bank(size) for size in self.question_counts]
        with contextlib.ExitStack() as stack:
            stages = [self.stage(stack, f"{size:,} questions", database, slug)
                      for size, (database, slug) in zip(self.question_counts, banks)]
            measures = self.measure(stages)
            starts = [{"questions": size, "text_bytes": self.text_bytes(stage.database), **stage.start,
                       "rss_kib": servers.rss_kib(stage.server.pid)} for size, stage in zip(self.question_counts, stages)]
            searches = [search.Search(self.bench, stage).run() for stage in stages]
        for database, _ in banks:
            self.cluster.drop(database)
        return {"sizes": self.question_counts, "starts": starts, "searches": searches, "measures": measures}
