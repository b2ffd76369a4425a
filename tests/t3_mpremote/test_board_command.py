"""`rhomboid board` is a device to play with: it prints its port, stays up, and keeps real time."""

import functools
import signal
import subprocess
import sys
import time
from pathlib import Path

from host_tools.device.connection import connect


def test_a_person_can_plug_it_in_and_out(tmp_path: Path) -> None:
    # a shell starts what runs behind it with Ctrl-C ignored, and that is inherited
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    line = [sys.executable, "-m", "host_tools", "board", "--folder", str(tmp_path / "board"), "--blank"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, preexec_fn=heard)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().split()[0]
        device = connect(port)
        began = time.monotonic()
        device.run("import time; time.sleep(0.5); open('/kept', 'w').close()")
        assert time.monotonic() - began >= 0.5
        assert device.facts.clock_was_set
        device.close()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    again = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, preexec_fn=heard)
    assert again.stdout is not None
    try:
        device = connect(again.stdout.readline().split()[0])
        assert device.ask("import json, os; print(json.dumps(os.listdir('/')))") == ["kept"]
        device.close()
    finally:
        again.send_signal(signal.SIGINT)
        again.wait(10)
