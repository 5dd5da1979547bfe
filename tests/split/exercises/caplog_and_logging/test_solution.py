import logging

import pytest

import solution
from solution import Importer, transfer


def test_one_message(caplog):
    with caplog.at_level(logging.INFO):
        transfer("a", "b", 10)
    assert caplog.messages == ["10 from a to b"]


def test_nothing_below_the_level(caplog):
    with caplog.at_level(logging.WARNING):
        transfer("a", "b", 10)
    assert caplog.records == []


def test_warning_for_large_amounts(caplog):
    transfer("a", "b", 10_000)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "large" in caplog.text


def test_record(caplog):
    transfer("a", "b", 10_001)
    record = caplog.records[0]
    assert record.name == "bank"
    assert record.levelno == logging.WARNING
    assert record.getMessage() == "a large transfer: 10001"


def test_record_tuples(caplog):
    caplog.set_level(logging.DEBUG, logger="bank.import")
    Importer().run(["1", "x", "3"])
    assert caplog.record_tuples == [
        ("bank.import", logging.DEBUG, "line 1"),
        ("bank.import", logging.DEBUG, "line 2"),
        ("bank.import", logging.ERROR, "line 2 is not a number: 'x'"),
        ("bank.import", logging.DEBUG, "line 3"),
    ]


def test_result_beside_the_log(caplog):
    assert Importer().run(["1", "x", "3"]) == [1, 3]
    assert len(caplog.records) == 1


def test_exception_info(caplog):
    Importer().run(["?"])
    kind, error, _ = caplog.records[0].exc_info
    assert kind is ValueError
    assert "invalid literal" in str(error)


def test_clear(caplog):
    transfer("a", "b", 20_000)
    caplog.clear()
    assert caplog.text == ""
    transfer("b", "a", 20_000)
    assert len(caplog.messages) == 1


def test_test_and_program_log_in_order(caplog):
    caplog.set_level(logging.INFO)
    logging.getLogger("test").info("before")
    transfer("a", "b", 1)
    logging.getLogger("test").info("after")
    assert [record.name for record in caplog.records] == ["test", "bank", "test"]


def test_nothing_is_printed(capsys, caplog):
    with caplog.at_level(logging.INFO, logger="bank"):
        transfer("a", "b", 5)
    assert capsys.readouterr().out == ""
    assert caplog.messages == ["5 from a to b"]


@pytest.mark.parametrize("amount", [0, -5])
def test_refused(caplog, amount):
    with pytest.raises(ValueError):
        transfer("a", "b", amount)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_the_logger_of_the_module():
    assert solution.logger.name == "bank"
    assert solution.logger is logging.getLogger("bank")
