"""Whether time per request stays flat while the database grows: stored answers of other users, and questions in the bank."""
import os

import report
import seed
import servers

MEASURES = ("put_deferred", "submit", "weak_areas")
ANSWERS = (10_000, 1_000_000, 10_000_000)
QUESTIONS = (1_000, 10_000, 100_000)
ROUNDS = 3
SECONDS = 1
SUBMITS = 30_000
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
INSERT INTO banks (id, slug, title, language, target_milli, domains, notes_markdown)
SELECT md5(%(slug)s)::uuid, %(slug)s, title, language, target_milli, domains, '' FROM banks WHERE id = %(bank)s;
INSERT INTO sections
    (bank_id, id, path, anchor, title, depth, parent_path, position, first_line, last_line, body, links, content_hash)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || id)::uuid, path, anchor, title, depth, parent_path, position, first_line, last_line,
       body, links, content_hash
FROM sections WHERE bank_id = %(bank)s AND removed_at IS NULL;
CREATE TEMPORARY TABLE source AS
SELECT row_number() OVER (ORDER BY q.slug) - 1 AS number, count(*) OVER () AS total, v.section_id, v.body
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
WHERE q.bank_id = %(bank)s AND q.state = 'published';
INSERT INTO questions (bank_id, id, slug, state, current_version)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || n)::uuid, 'copy-' || n, 'published', 1 FROM generate_series(1, %(count)s) AS n;
INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
SELECT md5(%(slug)s)::uuid, md5(%(slug)s || n)::uuid, 1, md5(%(slug)s || source.section_id)::uuid,
       jsonb_set(source.body, '{slug}', to_jsonb('copy-' || n))
FROM generate_series(1, %(count)s) AS n JOIN source ON source.number = mod(n, source.total);
ANALYZE banks, sections, questions, question_versions;
"""


class Growth:
    def __init__(self, bench):
        self.bench, self.cluster = bench, bench.cluster
        is_quick = bench.options.quick
        self.rounds = 1 if is_quick else ROUNDS
        self.answer_counts = ANSWERS[:2] if is_quick else ANSWERS
        self.question_counts = QUESTIONS[:2] if is_quick else QUESTIONS

    def run(self):
        return {"answers": self.answers(), "questions": self.questions()}

    def measure(self, server, bank, submits_from):
        """Each measure at one connection (the time of a request) and at 128, medians of the rounds."""
        found, used = {}, 0
        for measure in MEASURES:
            runs = {"single": [], "crowd": []}
            for _ in range(self.rounds):
                for kind, connections in (("single", 1), ("crowd", 128)):
                    run = self.bench.load(bank).run(server, measure, connections, SECONDS, revision=self.bench.next_revision(),
                                                    first=submits_from + used, count=SUBMITS // (2 * ROUNDS))
                    used += run["used"]
                    self.bench.count_errors(server, measure, connections, run)
                    runs[kind].append(run)
            found[measure] = {kind: report.digest(runs[kind]) for kind in runs}
        return found

    def stage(self, database, bank, submits_from, title):
        """A server on the database as it is now, warmed up and measured."""
        with servers.start_quizd(self.cluster, database, self.bench.key_file, self.bench.directory) as server:
            idle_kib = servers.rss_kib(server.pid)
            self.bench.say(f"{title}: ready after {server.ready_ms:.0f} ms")
            self.bench.load(bank).run(server, "weak_areas", 32, 1)
            found = self.measure(server, bank, submits_from)
            return found, {"ready_ms": server.ready_ms, "idle_kib": idle_kib, "rss_kib": servers.rss_kib(server.pid)}

    def answers(self):
        stages, stored = [], 0
        for size in self.answer_counts:
            database = "growth_answers"
            if not stages:
                self.cluster.create(database, "base")
            self.bench.say(f"making {size - stored:,} answers more")
            seeder = seed.Seeder(self.cluster, database, self.bench.bank)
            first, last = stored // seed.POSITIONS, size // seed.POSITIONS - 1
            seeder.users(HISTORY_USERS + first // ATTEMPTS_OF_A_USER, (last - first) // ATTEMPTS_OF_A_USER + 1)
            seeder.run(HISTORY_SQL, first=first, last=last, each=ATTEMPTS_OF_A_USER, users_from=HISTORY_USERS,
                       history=seed.HISTORY)
            submits_from = seed.SUBMIT + len(stages) * SUBMITS
            seeder.attempts(submits_from, SUBMITS, "deferred", is_answered=True)
            seeder.settle()
            self.cluster.run(database, "CHECKPOINT")
            stages.append(self.stage(database, self.bench.bank, submits_from, f"{size:,} answers")[0])
            stored = size
        self.cluster.drop("growth_answers")
        return {"sizes": self.answer_counts, "measures": {measure: [stage[measure] for stage in stages] for measure in MEASURES}}

    def text_bytes(self, database):
        """What the questions are as JSON: what a server cannot do without."""
        sql = "SELECT sum(octet_length(body::text)) FROM question_versions"
        return int(self.cluster.run(database, sql)[0][0])

    def questions(self):
        stages, starts = [], []
        for size in self.question_counts:
            database, slug = f"growth_{size}", f"copies-{size}"
            self.bench.say(f"making a bank of {size:,} questions")
            self.cluster.create(database, "imported")
            source = seed.Seeder(self.cluster, database, self.bench.bank)
            source.run(BANK_SQL, slug=slug, count=size)
            directory = os.path.join(self.bench.directory, slug)
            os.makedirs(directory)
            seeder = seed.Seeder(self.cluster, database, slug)
            self.bench.seed_users(seeder, directory)
            seeder.attempts(seed.SUBMIT, SUBMITS, "deferred", is_answered=True)
            seeder.settle()
            found, start = self.stage(database, slug, seed.SUBMIT, f"{size:,} questions")
            stages.append(found)
            starts.append({"questions": size, "text_bytes": self.text_bytes(database), **start})
            self.cluster.drop(database)
        return {"sizes": self.question_counts, "starts": starts,
                "measures": {measure: [stage[measure] for stage in stages] for measure in MEASURES}}
