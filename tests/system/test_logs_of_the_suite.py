"""The last test of this part: no log of any of its servers holds a password, token, key, address or answer that it was given."""
from support_py import seeds


def test_logs_of_the_suite__hold_no_secret(ada):
    seeds.judge()
