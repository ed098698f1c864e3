"""How long an instructor waits for what he looks for among the questions of a bank: by filters, by words, by likeness."""
import http.client
import random
import statistics
import time
import urllib.parse

import seed

KINDS = ("filters", "words", "likeness")
REQUESTS = 400
INSTRUCTOR = 1  # a user of seed.py

MEMBER_SQL = """
UPDATE users SET role = 'instructor' WHERE id = bench_user(%(user)s);
INSERT INTO bank_members (bank_id, user_id, role) VALUES (%(bank)s, bench_user(%(user)s), 'editor');
"""


def long_words(text):
    return [word for word in text.replace("`", " ").split() if word.isalpha() and len(word) > 4]


class Search:
    """Searches as somebody would type them, drawn from the questions that are there; the same ones in every run."""

    def __init__(self, bench, stage):
        self.bench, self.stage = bench, stage
        self.drawing = random.Random(20250103)
        seed.Seeder(bench.cluster, stage.database, stage.bank).run(MEMBER_SQL, user=INSTRUCTOR)
        stems = bench.cluster.run(stage.database, "SELECT stem FROM questions WHERE stem IS NOT NULL ORDER BY slug LIMIT 300")
        self.stems = [stem for stem, in stems if len(long_words(stem)) > 3]
        self.token = bench.signer.token(INSTRUCTOR, role="instructor")

    def query(self, kind):
        draw, stem = self.drawing, self.drawing.choice(self.stems)
        if kind == "filters":
            return draw.choice([{"difficulty": draw.randint(1, 5)}, {"type": "multiple_choice"}, {"state": "published"},
                                {"type": "numeric", "difficulty": draw.randint(1, 5)}, {"state": "draft"}])
        if kind == "words":
            return {"q": " ".join(draw.sample(long_words(stem), draw.randint(1, 3)))}
        words = stem[:200].split()
        words[draw.randrange(len(words))] = ""  # not quite as it is there
        return {"like": " ".join(words)[:150]}

    def run(self):
        return {kind: self.measure(kind) for kind in KINDS}

    def measure(self, kind):
        connection = http.client.HTTPConnection("127.0.0.1", self.stage.server.port, timeout=30)
        times, found = [], 0
        for _ in range(REQUESTS):
            path = "/v1/questions?" + urllib.parse.urlencode({"bank": self.stage.bank, **self.query(kind)})
            begin = time.perf_counter()
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            body = response.read()
            times.append((time.perf_counter() - begin) * 1e3)
            if response.status != 200:
                raise SystemExit(f"bench: GET {path}: {response.status} {body[:300]}")
            found += b'"data":[{' in body
        connection.close()
        times.sort()
        return {"p50_ms": statistics.median(times), "p99_ms": times[int(len(times) * 0.99)], "found": found / REQUESTS}
