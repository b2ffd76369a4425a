"""`rhomboid plan send` and `rhomboid cues` over a port: a plan with a mistake leaves the old one, cues are pulses."""

from host_tools.cli import main
from host_tools.device import play_cues
from host_tools.device.connection import connected

PLAN = """name = "Three days"
[[block]]
aim = "strength"
weeks = 1
days_per_week = 3
[[block.exercise]]
name = "row"
sets = 2
repetitions = 8
tempo = "1.3-0.6-2"
rest_s = 120
"""


def test_a_plan_is_sent_shown_refused_with_its_line_and_taken_off(plug, tmp_path, capsys) -> None:
    board = plug()
    file = tmp_path / "plan.toml"

    def plan(*words) -> tuple[int, str, str]:
        code = main(["plan", *map(str, words), "--port", board.port])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, _, message = plan("show")
    assert code == 1 and "no plan on the device" in message and "plan send" in message
    file.write_text(PLAN)
    assert plan("send", file)[0] == 0
    for change, reason in (
        (('"row"', '"rowe"'), "line 7: unknown exercise rowe"),
        (("1.3-0.6-2", "0.1-0-2"), "line 10: out_ms 100"),
        (("rest_s = 120", "rest_s = 120\nmvc_percent = 60"), "line 12: asks for 60 %MVC but no MVC is measured"),
    ):
        file.write_text(PLAN.replace(*change))
        code, _, message = plan("send", file)
        assert code == 2 and reason in message and message.count("\n") == 1
    code, out, _ = plan("show")
    assert code == 0 and "row: 2 x 8" in out and "next: block 1, session 1, row, set 1" in out
    assert plan("remove")[0] == 0
    assert plan("show")[0] == 1


def test_cues_are_played_as_the_pulses_that_are_printed(plug) -> None:
    board = plug()
    said: list[str] = []
    with connected(board.port) as device:
        play_cues.play(device, ("set_first", "ease_upper", "trunk_still"), said.append, wait=lambda seconds: None)
    assert said == ["set_first", "ease_upper", "trunk_still"]
    went = [e["tactor"] for boot in range(board.boots) for e in board.events(boot) if e["kind"] == "go"]
    assert went[-4:] == ["lower", "upper", "upper", "lower"]
