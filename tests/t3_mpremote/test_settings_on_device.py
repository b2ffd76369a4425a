"""`rhomboid settings` over a port: changed through the two slots, undone, refused without a trace."""

import json

from host_tools.cli import main


def test_settings_are_changed_refused_and_undone_on_the_device(plug, capsys) -> None:
    board = plug()

    def settings(*words: str) -> tuple[int, str, str]:
        code = main(["settings", "--port", board.port, *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert settings("exercise=y_raise", "side=left")[0] == 0
    assert settings("cues=0")[0] == 0
    code, _, message = settings("cues=3")
    assert code == 2 and "cues: 3 is none of 0, 1" in message
    values = json.loads(settings("--json")[1])
    assert (values["exercise"], values["side"], values["cues"]) == ("y_raise", "left", 0)
    assert settings("--undo")[0] == 0
    assert json.loads(settings("--json")[1])["cues"] == 1
    assert settings("--check") == (0, "settings: right\n", "")
