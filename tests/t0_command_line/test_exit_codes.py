import pytest

from host_tools import cli
from host_tools.errors import BadInput, Failed


@pytest.mark.parametrize("error, code", [(BadInput("x.c3d: no such file"), 2), (Failed("x:\nno answer"), 1)])
def test_an_error_is_one_line_and_an_exit_code(monkeypatch, capsys, error: Exception, code: int) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", broken)
    assert cli.main(["sim"]) == code
    assert capsys.readouterr().err.splitlines() == ["rhomboid: " + " ".join(str(error).split())]


def test_an_unknown_command_is_bad_usage(capsys) -> None:
    assert cli.main(["fly"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
