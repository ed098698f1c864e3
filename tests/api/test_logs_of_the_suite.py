"""The last test of this part: no log of any of its servers holds a password, token, key, address or answer that it was given."""
from support_py import seeds


def test_logs_of_the_suite__hold_no_secret(ada):
    seeds.judge()


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
