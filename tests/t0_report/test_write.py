from pathlib import Path

import pytest

from host_tools.cli import main

FOREIGN = b"ULog\x01\x12\x35\x01" + bytes(8)


@pytest.mark.parametrize("content", [None, b"", b"not a log", b"\x00" * 4096, FOREIGN])
def test_what_is_no_log_of_the_device_is_one_line_and_writes_nothing(tmp_path: Path, capsys, content) -> None:
    log, out = tmp_path / "x.ulg", tmp_path / "folder" / "report.html"
    if content is not None:
        log.write_bytes(content)
    assert main(["report", str(log), "--out", str(out)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "x.ulg" in lines[0]
    assert not out.parent.exists()


def test_the_report_never_overwrites_a_log(tmp_path: Path, capsys) -> None:
    log = tmp_path / "x.ulg"
    log.write_bytes(FOREIGN)
    assert main(["report", str(log), "--out", str(log)]) == 2
    assert log.read_bytes() == FOREIGN
    assert main(["report", str(log), "--out", str(tmp_path)]) == 2
