"""mpremote's own command line works on the virtual board as on a real one."""

import hashlib
from pathlib import Path

import pytest

from host_tools.twin.port import PortBoard

from .conftest import Mpremote, Plug


@pytest.fixture
def board(plug: Plug) -> PortBoard:
    return plug("blank")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with what serial lines like to spoil: every byte value, CR LF, an empty file, a long one."""
    tree = tmp_path / "tree"
    (tree / "inner" / "deep").mkdir(parents=True)
    (tree / "bytes.bin").write_bytes(bytes(range(256)) * 5)
    (tree / "inner" / "lines.txt").write_bytes(b"a\r\nb\n\x03\x04\x01c")
    (tree / "inner" / "deep" / "empty").write_bytes(b"")
    (tree / "long.py").write_text("x = 1  # " + "y" * 3000 + "\nprint(x + 1)\n")
    return tree


def test_files_go_there_and_come_back_as_they_were(
    board: PortBoard, tree: Path, tmp_path: Path, mpremote: Mpremote
) -> None:
    back = tmp_path / "back"
    back.mkdir()
    mpremote(board, "fs", "cp", "-r", f"{tree}/", ":", "+", "fs", "cp", "-r", ":tree", back)
    for path in tree.rglob("*"):
        if path.is_file():
            assert (back / path.relative_to(tree.parent)).read_bytes() == path.read_bytes()
    summed = mpremote(board, "fs", "sha256sum", ":tree/bytes.bin")
    assert summed.split()[-1] == hashlib.sha256((tree / "bytes.bin").read_bytes()).hexdigest()
    assert "1280 bytes.bin" in mpremote(board, "fs", "ls", ":tree")
    mpremote(board, "fs", "rm", "-r", ":tree")
    assert "tree" not in mpremote(board, "fs", "ls")


def test_the_files_of_the_computer_are_out_of_reach(board: PortBoard, mpremote: Mpremote) -> None:
    assert mpremote(board, "exec", "import os; print(os.listdir('/'), os.getcwd())") == "[] /\n"
    assert "ENOENT" in mpremote(board, "exec", "import os; os.listdir('/host')", code=1)


def test_code_runs_and_its_errors_come_back(board: PortBoard, tree: Path, mpremote: Mpremote) -> None:
    assert mpremote(board, "exec", "a = 20", "+", "eval", "a + 1") == "21\n"
    assert mpremote(board, "run", tree / "long.py") == "2\n"
    assert "ZeroDivisionError" in mpremote(board, "exec", "1 / 0", code=1)
    assert mpremote(board, "eval", "__import__('sys').platform") == "rp2\n"


def test_variables_live_on_with_resume_and_die_in_a_soft_reset(board: PortBoard, mpremote: Mpremote) -> None:
    mpremote(board, "exec", "kept = 7")
    assert mpremote(board, "resume", "eval", "kept") == "7\n"
    mpremote(board, "soft-reset")
    assert "NameError" in mpremote(board, "resume", "eval", "kept", code=1)


def test_a_folder_of_the_computer_can_be_mounted(board: PortBoard, tree: Path, mpremote: Mpremote) -> None:
    copy = "open('copy', 'wb').write(open('/remote/inner/lines.txt', 'rb').read()); import os; print(os.listdir())"
    said = mpremote(board, "mount", tree, "exec", copy)
    assert "['inner'" in said.replace('"', "'") or "'copy'" in said
    assert (tree / "copy").read_bytes() == (tree / "inner" / "lines.txt").read_bytes()


def test_df_tells_the_size_of_the_flash(board: PortBoard, mpremote: Mpremote) -> None:
    line = next(line for line in mpremote(board, "df").splitlines() if line.endswith(" /"))
    assert line.split()[1] == str(7 * 1024 * 1024)


def test_the_clock_is_unset_after_power_on_and_keeps_what_is_set_over_a_soft_reset(
    board: PortBoard, mpremote: Mpremote
) -> None:
    assert mpremote(board, "rtc").startswith("(2021, 1, 1, ")
    mpremote(board, "rtc", "--set", "+", "soft-reset")
    assert not mpremote(board, "rtc").startswith("(2021")
    board.power_off()
    board.power_on()
    assert mpremote(board, "rtc").startswith("(2021, 1, 1, ")


def test_a_reset_runs_the_files_again(board: PortBoard, tmp_path: Path, mpremote: Mpremote) -> None:
    main = tmp_path / "main.py"
    main.write_text("with open('ran', 'a') as f: f.write('.')\n")
    mpremote(board, "cp", main, ":main.py", "+", "reset")
    board.wait_for_prompt()
    assert mpremote(board, "resume", "eval", "open('ran').read()") == ".\n"


def test_an_endless_program_is_interrupted(board: PortBoard, tmp_path: Path, mpremote: Mpremote) -> None:
    mpremote(board, "exec", "--no-follow", "while True: pass")
    assert mpremote(board, "eval", "6 * 7") == "42\n"
    main = tmp_path / "main.py"
    main.write_text("import time\nwhile True: time.sleep_ms(10)\n")
    mpremote(board, "cp", main, ":main.py", "+", "reset")
    assert mpremote(board, "eval", "6 * 7") == "42\n"
