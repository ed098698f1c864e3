"""
Everything secret that a run hands to the program, and every log that the program wrote meanwhile: in the end one is searched for the
other.
"""
import pathlib
import re

WORDS = re.compile(rb"[A-Za-z0-9_-]{16,}")
ADDRESSES = re.compile(rb"[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+")
# A password and an answer have blanks: they are searched for as they are.
PHRASES, ANSWERS, TOKENS, MAILS, LOGS, OUTPUTS = set(), set(), set(), set(), [], []
# What a command is there to say.
SAID_ON_PURPOSE = re.compile(r"(?m)^password \(shown once\): .*$")
URL_PASSWORD = re.compile(r"://[^:/@\s]*:([^@\s]+)@|\bpassword=(\S+)")


def phrase(text):
    """One that nothing else could be: not eleven times the same letter, and long enough to be a password."""
    if len(text) >= 8 and len(set(text)) > 4:
        PHRASES.add(text.encode())


def token(text):
    """An access token is as secret as its parts, but for the head, which is that of every token."""
    TOKENS.update(part.encode() for part in text.split(".")[-2:])


def mail(address):
    MAILS.add(address.encode())


def answer(value):
    """What somebody wrote for an answer; ids of options and numbers are nobody's words."""
    if isinstance(value, str) and len(value) >= 6 and len(set(value)) > 4:
        ANSWERS.add(value.encode())
    elif isinstance(value, dict):
        for name in {"text", "gaps"} & set(value):
            for text in value[name].values() if isinstance(value[name], dict) else (value[name],):
                answer(text)


def settings(values):
    """Passwords of databases among settings."""
    for value in values.values():
        for pair in URL_PASSWORD.findall(value):
            phrase(pair[0] or pair[1])


def output(arguments, text):
    """What a command said, on either channel. Addresses are its business, as is a password that it made."""
    OUTPUTS.append((arguments, SAID_ON_PURPOSE.sub("", text).encode(errors="replace")))


def log(path):
    LOGS.append(pathlib.Path(path))


def found():
    """(secret, log) for every secret that is in a log."""
    for path in LOGS:
        if path.exists():
            text = path.read_bytes()
            words, addresses = set(WORDS.findall(text)), set(ADDRESSES.findall(text))
            for secret in (words & TOKENS) | (addresses & MAILS) | {one for one in PHRASES | ANSWERS if one in text}:
                yield secret, path
    for arguments, text in OUTPUTS:
        for secret in (set(WORDS.findall(text)) & TOKENS) | {one for one in PHRASES if one in text}:
            yield secret, arguments


def judge(is_whole=False):
    """Fails where a log holds a secret, or where there was nothing to search, or nothing to search for."""
    logs = [path for path in LOGS if path.exists()]
    assert logs and sum(path.stat().st_size for path in logs) > 1000, "there is no log"
    assert PHRASES and TOKENS and MAILS, "there is no secret"
    assert OUTPUTS or not is_whole, "no command has run"
    assert ANSWERS or not is_whole, "there is no answer"
    leaks = list(found())
    assert not leaks, leaks[:5]
