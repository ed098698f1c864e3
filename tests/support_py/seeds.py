"""
Everything secret that a run hands to the program, and every log that the program wrote meanwhile: in the end one is searched for the
other.
"""
import pathlib
import re

WORDS = re.compile(rb"[A-Za-z0-9_-]{16,}")
ADDRESSES = re.compile(rb"[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+")
# A password and an answer have blanks: they are searched for as they are.
PHRASES, TOKENS, MAILS, LOGS = set(), set(), set(), []


def phrase(text):
    """One that nothing else could be: not eleven times the same letter."""
    if len(set(text)) > 4:
        PHRASES.add(text.encode())


def token(text):
    """An access token is as secret as its parts, but for the head, which is that of every token."""
    TOKENS.update(part.encode() for part in text.split(".")[-2:])


def mail(address):
    MAILS.add(address.encode())


def log(path):
    LOGS.append(pathlib.Path(path))


def found():
    """(secret, log) for every secret that is in a log."""
    for path in LOGS:
        if path.exists():
            text = path.read_bytes()
            words, addresses = set(WORDS.findall(text)), set(ADDRESSES.findall(text))
            for secret in (words & TOKENS) | (addresses & MAILS) | {one for one in PHRASES if one in text}:
                yield secret, path


def judge():
    """Fails where a log holds a secret, or where there was nothing to search, or nothing to search for."""
    logs = [path for path in LOGS if path.exists()]
    assert logs and sum(path.stat().st_size for path in logs) > 1000, "there is no log"
    assert PHRASES and TOKENS and MAILS, "there is no secret"
    leaks = list(found())
    assert not leaks, leaks[:5]
