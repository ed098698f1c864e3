"""The last test of a whole run: no route and no declared error of the API may be left that nothing has exercised."""
import pytest

from support_py import contract, record


def test_everything_exercised():
    if record.is_partial():
        pytest.skip("only a part of the tests is run")
    if not {"api", "system"} <= record.parts():
        pytest.skip("the tests of tests/api were not run before")
    record.add_exercised(contract.printed_contract().exercised)
    missing = list(record.missing(contract.printed_contract()))
    assert not missing, "nothing has exercised these; write a test for each:\n  " + "\n  ".join(missing)
