"""
The last test of this part: no log of any of its servers holds a password, token, key, address or answer that it was given, and no
command has said a password, a token or a key.
"""
from support_py import program, record, seeds


def test_logs_of_the_suite__hold_no_secret(ada):
    seeds.judge(is_whole=not record.is_partial())


def test_logs_of_the_suite__would_be_found(ada, tmp_path):
    """Else the test above would prove nothing."""
    for secret in (ada.tokens["access_token"], ada.tokens["refresh_token"], ada.email, ada.password):
        path = tmp_path / "leaking.log"
        path.write_text('{"event":"any","detail":"before %s after"}\n' % secret)
        seeds.LOGS.append(path)
        try:
            assert [where for _, where in seeds.found() if where == path], secret
        finally:
            seeds.LOGS.pop()


def test_logs_of_the_suite__every_kind_would_be_found(tmp_path):
    """Each kind of secret in a log, and in what a command says; but not the password that a command made and shows."""
    seeds.answer({"text": "an answer of some words"})
    seeds.answer({"gaps": {"g1": "a word for a gap"}})
    seeds.settings({"DATABASE_URL": "postgresql://quizd:dbpass-of-a-url@db/x", "OTHER": "host=db password=dbpass-of-words"})
    seeds.token("M" * 20 + "ailed" + "-token" * 3)
    for secret in ("an answer of some words", "a word for a gap", "dbpass-of-a-url", "dbpass-of-words", "M" * 20 + "ailed" + "-token" * 3):
        path = tmp_path / "leaking.log"
        path.write_text('{"event":"any","detail":"before %s after"}\n' % secret)
        seeds.LOGS.append(path)
        try:
            assert [where for _, where in seeds.found() if where == path], secret
        finally:
            seeds.LOGS.pop()
    seeds.phrase("a phrase of my own")
    for said, is_found in (("error: a phrase of my own", True), ("password (shown once): a phrase of my own", False)):
        seeds.output(("leaking",), said)
        try:
            assert bool([where for _, where in seeds.found() if where == ("leaking",)]) == is_found
        finally:
            seeds.OUTPUTS.pop()


def test_logs_of_the_suite__commands_are_searched(ada):
    before = len(seeds.OUTPUTS)
    program.quizd("version")
    assert len(seeds.OUTPUTS) == before + 1
