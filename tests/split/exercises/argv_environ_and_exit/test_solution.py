import os
import sys

import pytest

import solution
from solution import config_path, main, settings


def test_no_arguments_is_a_usage_error(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["greet"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert capsys.readouterr().err == "usage: greet NAME...\n"


def test_one_name(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["greet", "Amal"])
    assert main() is None
    assert capsys.readouterr().out == "Hello, Amal\n"


def test_several_names(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["greet", "Amal", "Olena"])
    main()
    assert capsys.readouterr().out == "Hello, Amal\nHello, Olena\n"


def test_unknown_option(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["greet", "--loud", "Amal"])
    with pytest.raises(SystemExit, match="unknown option --loud"):
        main()


def test_version(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["greet", "--version"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code in (None, 0)
    assert capsys.readouterr().out.strip() == solution.VERSION


def test_greeting_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("GREETING", "Salam")
    monkeypatch.setattr(sys, "argv", ["greet", "Amal"])
    main()
    assert capsys.readouterr().out == "Salam, Amal\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("yes", True), ("YES", True), ("0", False), ("no", False), ("", False)],
)
def test_debug(monkeypatch, value, expected):
    monkeypatch.setenv("APP_DEBUG", value)
    assert settings()["debug"] is expected


def test_defaults(monkeypatch):
    monkeypatch.delenv("APP_DEBUG", raising=False)
    monkeypatch.delenv("APP_PORT", raising=False)
    assert settings() == {"debug": False, "port": 8000}


def test_port_is_read_at_each_call(monkeypatch):
    monkeypatch.setenv("APP_PORT", "9000")
    assert settings()["port"] == 9000
    monkeypatch.setenv("APP_PORT", "9001")
    assert settings()["port"] == 9001


def test_bad_port(monkeypatch):
    monkeypatch.setenv("APP_PORT", "http")
    with pytest.raises(SystemExit) as stop:
        settings()
    assert stop.value.code == "APP_PORT must be a number"


def test_whole_environment(monkeypatch):
    monkeypatch.setattr(os, "environ", {"HOME": "/home/amal"})
    assert config_path() == "/home/amal/.greet"


def test_config_path_from_the_environment(monkeypatch):
    monkeypatch.setenv("GREET_CONFIG", "/etc/greet")
    assert config_path() == "/etc/greet"


def test_exit_from_sys(monkeypatch):
    codes = []
    monkeypatch.setattr(sys, "exit", codes.append)
    solution.finish(errors=3)
    solution.finish(errors=0)
    assert codes == [1, 0]
