"""Logs come over whole and once, whatever happens to the cable; nothing that a device says leads out of the folder."""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_tools.analysis.note import read_note
from host_tools.analysis.reader import read
from host_tools.cli import main
from host_tools.device import connection
from host_tools.device.connection import connected
from host_tools.device.pull import Pulled, pull
from host_tools.device.transfer import BLOCK_BYTES
from host_tools.errors import Failed
from host_tools.twin.port import PortBoard
from host_tools.twin.run import Action
from tests.validate.tables import write_table

from .conftest import Mpremote, Plug, booted

LOG = random.Random(5).randbytes(300_000)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "logs"


@pytest.fixture
def with_log(plug: Plug, tmp_path: Path) -> PortBoard:
    (tmp_path / "log").write_bytes(LOG)
    return plug("blank", usb=False, files={"/logs/00007.ulg": tmp_path / "log"})


def bring(board: PortBoard, out: Path, free: bool = False) -> Pulled:
    with connected(board.port) as device:
        return pull(device, out, free)


def on_device(board: PortBoard, mpremote: Mpremote) -> str:
    return mpremote(board, "exec", "import os; print(sorted(os.listdir('/logs')))").strip()


def test_a_log_comes_over_once_and_is_marked(
    with_log: PortBoard, out: Path, mpremote: Mpremote, capsys: pytest.CaptureFixture
) -> None:
    assert main(["pull", "--port", with_log.port, "--out", str(out)]) == 0
    (log,) = out.iterdir()
    assert log.name.endswith("_00007.ulg") and log.read_bytes() == LOG
    assert mpremote(with_log, "cat", ":/logs/00007.ok").strip() == str(len(LOG))
    assert main(["pull", "--port", with_log.port, "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 new, 1 known"


def test_storage_is_freed_only_of_what_is_proved_to_be_here(with_log: PortBoard, out: Path, mpremote: Mpremote) -> None:
    bring(with_log, out)
    (log,) = out.iterdir()
    log.write_bytes(LOG[:-1] + b"\0")  # the copy here has gone bad, the marker over there stands
    assert bring(with_log, out, free=True).freed == 0
    assert "00007.ulg" in on_device(with_log, mpremote)
    log.unlink()
    assert bring(with_log, out, free=True).freed == len(LOG)
    assert log.read_bytes() == LOG
    assert on_device(with_log, mpremote) == "[]"


def test_another_log_of_the_same_name_keeps_its_place(with_log: PortBoard, out: Path, mpremote: Mpremote) -> None:
    bring(with_log, out)
    mpremote(with_log, "exec", "import os; os.remove('/logs/00007.ok'); open('/logs/00007.ulg', 'wb').write(b'new')")
    mpremote(with_log, "exec", "with open('/logs/00007.ulg', 'wb') as f: f.write(b'other')")
    bring(with_log, out)
    assert sorted(path.read_bytes() for path in out.iterdir()) == sorted([LOG, b"other"])


def pull_through_cuts(board: PortBoard, out: Path, cuts: list[int], size: int) -> int:
    """Pull with the cable pulled after each of `cuts` bytes in turn, then whole. Bytes of the log received in all."""
    received = 0
    for number, count in enumerate(cuts):
        pulled = Pulled()
        board.cut_after(count, power=number % 2 == 0, sent=True)
        with pytest.raises(Failed, match="unplugged"), connected(board.port) as device:
            pull(device, out, pulled=pulled)
        received += pulled.received
        assert board.wait_for_cut(5)
        board.power_on()
        board.plug()
    return received + bring(board, out).received


def test_a_pull_that_was_cut_goes_on_where_it_stopped(with_log: PortBoard, out: Path) -> None:
    received = pull_through_cuts(with_log, out, [60_000, 2_000, 130_000], len(LOG))
    (log,) = out.iterdir()
    assert log.read_bytes() == LOG
    assert received == len(LOG)


@pytest.mark.validate
def test_a_pull_cut_at_20_random_points_brings_the_identical_log(plug: Plug, tmp_path: Path, out: Path) -> None:
    content = random.Random(6).randbytes(1 << 20)
    (tmp_path / "log").write_bytes(content)
    board = plug("blank", usb=False, files={"/logs/00001.ulg": tmp_path / "log"})
    chance = random.Random(7)
    received = pull_through_cuts(board, out, [chance.randrange(4000, 90_000) for _ in range(20)], len(content))
    (log,) = out.iterdir()
    assert log.read_bytes() == content
    assert received == len(content)
    rows = [("bytes of the log", len(content)), ("bytes received in all", received)]
    write_table("pull_cuts", "A pull cut at 20 random points", ("what", "bytes"), rows)


def test_the_beginning_of_another_log_is_not_gone_on_with(with_log: PortBoard, out: Path) -> None:
    bring(with_log, out)
    (log,) = out.iterdir()
    log.with_name(log.name + ".part").write_bytes(b"x" * 5000)
    log.unlink()
    bring(with_log, out)
    assert log.read_bytes() == LOG


HOSTILE = """
import builtins, os
NAMES = ("../x.ulg", "/etc/x.ulg", "a\\x1b[2J.ulg", "\\n.ulg", "..", ".ulg", "-rf.ulg", "c\\\\x.ulg", 99 * "x" + ".ulg")
entries = [(name, 0x8000, 0, 5) for name in NAMES]
entries += [("huge.ulg", 0x8000, 0, 4 << 30), ("minus.ulg", 0x8000, 0, -5), ("fine.ulg", 0x8000, 0, 5)]
real_list, real_open = os.ilistdir, open
os.ilistdir = lambda path="": iter(entries) if path == "/logs" else real_list(path)
os.listdir = lambda path="": []
import io
class Log(io.BytesIO):
    pass
builtins.open = lambda path, mode="r": Log(b"12345") if path == "/logs/fine.ulg" else real_open(path, mode)
"""


def test_hostile_names_and_lengths_are_refused(
    plug: Plug, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "main.py").write_text(HOSTILE)
    board = plug("blank", usb=False, files={"/main.py": tmp_path / "main.py"})
    board.wait_for_prompt()
    around = sorted(path.name for path in tmp_path.iterdir())
    assert main(["pull", "--port", board.port, "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert said.count("refused:") == 10 and "\x1b" not in said
    assert [path.read_bytes() for path in out.iterdir()] == [b"12345"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*around, "logs"])


CHATTER = """
import sys
class Out:
    def write(self, data):
        real.write(b"\\xff\\xff\\xff\\xff\\xff\\xff")
        return len(data)
real = sys.stdout.buffer
sys.stdout.buffer = Out()
"""


def test_a_stream_of_nonsense_ends_with_a_message(plug: Plug, tmp_path: Path, out: Path) -> None:
    (tmp_path / "main.py").write_text(CHATTER)
    (tmp_path / "log").write_bytes(LOG)
    files = {"/main.py": tmp_path / "main.py", "/logs/00001.ulg": tmp_path / "log"}
    board = plug("blank", usb=False, files=files)
    board.wait_for_prompt()
    with pytest.raises(Failed, match="spoils the data"):
        bring(board, out)
    assert all(path.stat().st_size == 0 for path in out.iterdir())


def test_an_answer_without_end_ends_with_a_message(plug: Plug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_LONGEST_ANSWER_BYTES", 20_000)
    board = plug("blank", usb=False)
    with connected(board.port) as device, pytest.raises(Failed, match="without end"):
        device.run("while True: print('never done')")


def button(at_s: float) -> tuple[Action, Action]:
    return Action(round(at_s * 1e6), ("button", 1)), Action(round(at_s * 1e6) + 100_000, ("button", 0))


def test_a_running_workout_is_closed_properly_and_the_device_is_ready_again(plug: Plug, out: Path) -> None:
    board = plug(usb=False, script=button(1.0))
    until = time.monotonic() + 30
    while board.world_us() < 15_000_000 and time.monotonic() < until:
        time.sleep(0.05)
    assert main(["pull", "--port", board.port, "--out", str(out)]) == 0
    (path,) = out.glob("*.ulg")
    log = read(path)
    assert log.complete and not log.problems
    began = read_note(path).began_utc
    assert began is not None and abs(datetime.now(UTC) - began) < timedelta(minutes=10)
    # nothing of virtual time passes at the prompt, but for closing and reading the log
    stopped_us = next(event["t_us"] for event in board.events() if event["kind"] == "stop" and event["boot"] == 0)
    angles = log.topics["segment_angles"]["timestamp"]
    assert stopped_us - angles[-1] < 2_500_000 and angles[-1] - angles[0] > 5_000_000
    assert booted(board)


def seconds(action, *arguments) -> float:
    began = time.monotonic()
    action(*arguments)
    return time.monotonic() - began


def compare_with_mpremote(plug: Plug, tmp_path: Path, size: int) -> tuple[float, float]:
    """Seconds of pull and of `mpremote fs cp` for one log, both through a name that is no bare pseudo-terminal."""
    content = random.Random(8).randbytes(size)
    (tmp_path / "log").write_bytes(content)
    board = plug("blank", usb=False, files={"/logs/00001.ulg": tmp_path / "log"})
    link = str(board.link)

    def ours() -> None:
        assert main(["pull", "--port", link, "--out", str(tmp_path / "logs"), "--no-ask"]) == 0

    def theirs() -> None:
        line = [sys.executable, "-m", "mpremote", "connect", link, "cp", ":/logs/00001.ulg", str(tmp_path / "theirs")]
        subprocess.run(line, check=True, capture_output=True)

    times = seconds(ours), seconds(theirs)
    assert (tmp_path / "theirs").read_bytes() == content
    assert next((tmp_path / "logs").iterdir()).read_bytes() == content
    return times


def test_pull_is_five_times_as_fast_as_mpremote_copies(plug: Plug, tmp_path: Path) -> None:
    ours_s, theirs_s = compare_with_mpremote(plug, tmp_path, 32 * 1024)
    assert theirs_s > 5 * ours_s


@pytest.mark.validate
def test_pull_of_a_megabyte_is_five_times_as_fast_as_mpremote_copies(plug: Plug, tmp_path: Path) -> None:
    ours_s, theirs_s = compare_with_mpremote(plug, tmp_path, 1 << 20)
    rows = [("pull", ours_s, theirs_s / ours_s), ("mpremote fs cp", theirs_s, 1.0)]
    write_table("pull_speed", "1 MB over a polled port", ("how", "seconds", "times as fast"), rows)
    assert theirs_s > 5 * ours_s


def test_a_block_is_small_against_what_a_cut_may_cost() -> None:
    assert BLOCK_BYTES <= 4096
