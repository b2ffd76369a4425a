"""The virtual board behind a pseudo-terminal, as a real one behind its USB port.

The interpreter speaks raw REPL and raw paste itself. This module is the cable and the power: it carries bytes between
the host's pseudo-terminal and the interpreter's, starts a new interpreter after a soft reset, a reset or a power cut,
and can be unplugged after a given number of bytes.
"""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from host_tools.twin.run import BOARD, Scenario, TwinError, command, first_config

FIRMWARE_FILES = ("boot.py", "main.py")
_MARK = b"\x1e@board "  # board/virtual/prompt.py
_CTRL_A, _CTRL_C = b"\x01", b"\x03"
_RAW_PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
_FRIENDLY_PROMPT = b"\n>>> "
# The chip drops what nobody takes for 0.5 s (MICROPY_HW_USB_CDC_TX_TIMEOUT); a busy computer is given longer here,
# since its kernel would have taken the bytes from a real port
_UNHEARD_S = 10.0
_PENDING_BYTES = 65536
_INTERRUPT_APART_S = 0.2  # a second signal before the first was served would end the interpreter


@dataclass(frozen=True)
class PortOptions:
    """real_time: as fast as the real board, not faster. micropython, mpy: what the board says of itself (None: true).

    epoch_s: seconds since 1970 that the board's calendar shows at power-on; None: unset, 2021. bitten: power-on looks
    like a reset by its watchdog.
    """

    real_time: bool = False
    micropython: str = "1.29.0"
    mpy: int | None = None
    epoch_s: int | None = None
    bitten: bool = False


class PortBoard:
    """A powered board with its cable plugged in; a context manager. What it runs is on its flash: /boot.py, /main.py.

    folder: new or empty, for the flash image and the state of the board. scenario: its `files` are put on the flash at
    the first power-on. port: name of the pseudo-terminal. link: a symbolic link to it that stays the same when the
    cable is unplugged and plugged again (mpremote treats it as any serial device).
    """

    def __init__(self, scenario: Scenario, folder: Path, options: PortOptions | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.link = self.folder / "ttyBoard"
        self.port = ""
        self.received = 0  # bytes from the host since the cable was plugged in
        self.sent = 0  # bytes to the host
        self.boots = 0
        self._scenario = scenario
        self._options = options or PortOptions()
        self._config = first_config(replace(scenario, library=()), self.folder)
        self._config["end_us"] = 1 << 60  # it runs until somebody takes the power
        self._outer = self._outer_held = self._inner = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._at_prompt = False
        self._raw = False
        self._swallowing = b""
        self._tail = b""  # of the output, to tell which prompt was the last
        self._held = b""  # of the output, perhaps the beginning of a mark
        self._to_host = bytearray()
        self._unheard_since: float | None = None
        self._interrupted_at = 0.0
        self._cut_receiving: int | None = None
        self._cut_sending: int | None = None
        self._cut_power = False
        self._requests: list[tuple[Callable[[], None], threading.Event]] = []
        self._lock = threading.Lock()
        self._prompt_reached = threading.Event()
        self._cable_cut = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        self._closing = False
        self._thread = threading.Thread(target=self._carry, name="board", daemon=True)

    def __enter__(self) -> PortBoard:
        self._thread.start()
        self.power_on()
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self._ask(self._close)
        self._thread.join()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # --- what a hand does ---

    def power_on(self) -> None:
        """Power-on reset, unless it is running."""
        self._ask(lambda: None if self._process else self._start(state=None, raw=False))

    def power_off(self) -> None:
        """The power goes, whatever the board is doing."""
        self._ask(self._kill)

    def plug(self) -> None:
        """Plug the cable in: a new pseudo-terminal, `link` leads to it."""
        self._ask(self._plug)

    def unplug(self) -> None:
        """Pull the cable; the battery goes on."""
        self._ask(self._unplug)

    def cut_after(self, count: int, power: bool, sent: bool = False) -> None:
        """Pull the cable when `count` more bytes have come from the host, or have been `sent` to it.

        power: there is no battery, the board loses its power too.
        """

        def arm() -> None:
            self._cable_cut.clear()
            self._cut_power = power
            if sent:
                self._cut_sending = self.sent + count
            else:
                self._cut_receiving = self.received + count

        self._ask(arm)

    def wait_for_cut(self, timeout_s: float) -> bool:
        """True when the cut of cut_after has happened."""
        return self._cable_cut.wait(timeout_s)

    def wait_for_prompt(self, timeout_s: float = 60.0) -> None:
        """Until boot.py and main.py have ended. Raises TwinError when they go on."""
        if not self._prompt_reached.wait(timeout_s):
            raise TwinError(f"the firmware has not come to the prompt within {timeout_s:g} s")

    def events(self, first_boot: int = 0) -> list[dict[str, Any]]:
        """What the models have noted so far, from boot number `first_boot` on."""
        lines = []
        for number in range(first_boot, self.boots):
            path = self.folder / f"events{number}.jsonl"
            for line in path.read_text().splitlines() if path.exists() else ():
                try:
                    lines.append({**json.loads(line), "boot": number})
                except json.JSONDecodeError:
                    continue  # the board was cut off in the middle of the line
        return lines

    def world_us(self) -> int:
        """Time of the board's world, as far as the newest event tells."""
        events = self.events()
        return max((event["t_us"] for event in events), default=0)

    @property
    def image(self) -> Path:
        """The flash image."""
        return Path(self._config["flash"]["path"])

    # --- everything below runs in the thread ---

    def _ask(self, action: Callable[[], None]) -> None:
        """Let the thread do `action`; returns when it is done."""
        if threading.current_thread() is self._thread:
            action()
            return
        done = threading.Event()
        with self._lock:
            self._requests.append((action, done))
        os.write(self._wake_write, b".")
        done.wait()

    def _carry(self) -> None:
        while not self._closing:
            sources = [self._wake_read]
            if self._outer >= 0 and (self._inner >= 0 or not self._process):
                sources.append(self._outer)
            if self._inner >= 0 and len(self._to_host) < _PENDING_BYTES:
                sources.append(self._inner)
            targets = [self._outer] if self._outer >= 0 and self._to_host else []
            ready, writable, _ = select.select(sources, targets, [], 0.1)
            if writable:
                self._send()
            self._forget_unheard()
            if self._inner in ready:
                self._from_board()
            if self._outer in ready:
                self._from_host()
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
                with self._lock:
                    requests, self._requests = self._requests, []
                for action, done in requests:
                    action()
                    done.set()

    def _close(self) -> None:
        self._kill()
        self._unplug()
        self._closing = True

    def _plug(self) -> None:
        if self._outer >= 0:
            return
        # the other end is held open, or the first program that closes the port would hang it up
        self._outer, self._outer_held = pty.openpty()
        tty.setraw(self._outer_held)
        os.set_blocking(self._outer, False)
        self.port = os.ttyname(self._outer_held)
        self.received = self.sent = 0
        fresh = self.link.with_name(".link")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.port)
        fresh.replace(self.link)

    def _unplug(self) -> None:
        if self._outer < 0:
            return
        self.link.unlink(missing_ok=True)
        os.close(self._outer)
        os.close(self._outer_held)
        self._outer = self._outer_held = -1
        self._to_host.clear()
        self._cut_receiving = self._cut_sending = None

    def _start(self, state: dict[str, Any] | None, raw: bool) -> None:
        """A new interpreter: after power-on (no state), or a reset that leaves the rest of the board as it is."""
        config = self._config
        soft = state is not None and state["stop"] == "soft reset"
        if state is None:
            bitten = self._options.bitten
            config.update(state=None, world_offset_us=0, scratch=[0] * 8)
            config.update(reset_cause=3 if bitten else 1, reset_reason=int(bitten))
        else:
            config.update(state=state, world_offset_us=state["world_us"], scratch=state["scratch"])
            if not soft:
                config.update(reset_cause=3, reset_reason=2 if state["stop"] == "reset" else 1)
        options = self._options
        config["port"] = {
            "real_time": options.real_time,
            "micropython": options.micropython,
            "mpy": options.mpy,
            "epoch_s": state["epoch_s"] if state is not None and soft else options.epoch_s,
        }
        config["boot"] = self.boots
        config["journal_path"] = str(self.folder / f"events{self.boots}.jsonl")
        config["state_path"] = str(self.folder / "state.json")
        config["scripts"] = [f"/{name}" for name in (FIRMWARE_FILES[:1] if raw else FIRMWARE_FILES)]
        (self.folder / "state.json").unlink(missing_ok=True)
        path = self.folder / "boot.json"
        path.write_text(json.dumps(config))
        config["files"] = {}
        self.boots += 1
        self._raw = raw
        self._at_prompt = False
        self._prompt_reached.clear()
        self._spawn(path)

    def _spawn(self, config_path: Path) -> None:
        self._inner, slave = pty.openpty()
        # the terminal as the chip's: bytes as they are, no key makes a signal
        attributes = termios.tcgetattr(slave)
        attributes[0] = attributes[1] = attributes[3] = 0
        attributes[6][termios.VMIN], attributes[6][termios.VTIME] = 1, 0
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        line = command(self._scenario, BOARD / "serve.py", str(config_path))
        line.insert(len(line) - 2, "-i")
        with open(self.folder / "stderr.txt", "ab") as stderr:
            self._process = subprocess.Popen(
                line, stdin=slave, stdout=slave, stderr=stderr, cwd=BOARD, start_new_session=True
            )
        os.close(slave)
        self._tail = self._held = self._swallowing = b""

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
            self._reap()
        self._to_host.clear()

    def _reap(self) -> None:
        assert self._process is not None
        self._process.wait()
        self._process = None
        os.close(self._inner)
        self._inner = -1

    def _ended(self) -> None:
        """The interpreter has left: Ctrl-D at the prompt, a reset, or it died."""
        if self._process and self._at_prompt is False:
            self._process.kill()
        self._reap()
        raw = self._raw
        try:
            state = json.loads((self.folder / "state.json").read_text())
        except (OSError, json.JSONDecodeError):
            self._start(None, raw=False)
            return
        soft = state["stop"] == "soft reset"
        if soft:
            self._to_host += b"MPY: soft reboot\r\n"
        self._start(state, raw=raw and soft)

    def _from_host(self) -> None:
        try:
            data = os.read(self._outer, 65536)
        except OSError:
            return
        cut = self._cut_receiving is not None and self.received + len(data) >= self._cut_receiving
        if cut:
            assert self._cut_receiving is not None
            data = data[: self._cut_receiving - self.received]
        self.received += len(data)
        while data and self._inner >= 0:
            before, key, data = data.partition(_CTRL_C)
            self._type(before)
            if key:
                self._interrupt()
        if cut:
            self._cut()

    def _cut(self) -> None:
        self._unplug()
        if self._cut_power:
            self._kill()
        self._cable_cut.set()

    def _type(self, data: bytes) -> None:
        """To the interpreter, whose terminal holds 4 KB: what it prints meanwhile must not be forgotten."""
        while data and self._inner >= 0:
            ready, writable, _ = select.select([self._inner], [self._inner], [], 1.0)
            if writable:
                data = data[os.write(self._inner, data[:1024]) :]
            elif ready:
                self._from_board()

    def _interrupt(self) -> None:
        """Ctrl-C: a byte for the firmware, which looks out for it, and for the prompt; a signal for what runs there."""
        assert self._process is not None
        if self._at_prompt and _catches_interrupts(self._process.pid):
            if time.monotonic() > self._interrupted_at + _INTERRUPT_APART_S:
                self._interrupted_at = time.monotonic()
                self._process.send_signal(signal.SIGINT)
        else:
            self._type(_CTRL_C)

    def _from_board(self) -> None:
        try:
            data = os.read(self._inner, 65536)
        except OSError:
            data = b""
        if not data:
            self._ended()
            return
        if not self._at_prompt:
            data = self._until_mark(data)
        if self._swallowing:
            data = self._until_raw(data)
        text = self._tail + data
        self._tail = text[-len(_RAW_PROMPT) :]
        friendly, raw = text.rfind(_FRIENDLY_PROMPT), text.rfind(_RAW_PROMPT)
        if friendly != raw:
            self._raw = raw > friendly
        if self._outer >= 0:
            self._to_host += data
            self._send()

    def _until_mark(self, data: bytes) -> bytes:
        """Output of the firmware up to the mark that ends it; what may be the beginning of the mark waits."""
        text = self._held + data
        self._held = b""
        at = text.find(_MARK)
        if at < 0:
            kept = len(_MARK) - 1
            while kept and not text.endswith(_MARK[:kept]):
                kept -= 1
            self._held = text[len(text) - kept :]
            return text[: len(text) - kept]
        end = text.find(b"\n", at)
        if end < 0:
            self._held = text[at:]
            return text[:at]
        if text[at + len(_MARK) : end] == b"stopped":
            self._to_host += text[:at]
            self._ended()
            return b""
        self._at_prompt = True
        self._prompt_reached.set()
        if self._raw:
            self._swallowing = b"\n"
            self._type(_CTRL_A)
            return text[:at] + self._until_raw(text[end + 1 :])
        return text[:at] + text[end + 1 :]

    def _until_raw(self, data: bytes) -> bytes:
        """After a soft reset in the raw REPL the chip is in the raw REPL again: what comes before is not to be seen."""
        self._swallowing += data
        at = self._swallowing.find(_RAW_PROMPT)
        if at < 0:
            return b""
        shown, self._swallowing = self._swallowing[at:], b""
        return shown

    def _send(self) -> None:
        count = 4096 if self._cut_sending is None else min(4096, self._cut_sending - self.sent)
        try:
            sent = os.write(self._outer, self._to_host[:count])
        except OSError:  # full, for the moment
            return
        del self._to_host[:sent]
        self.sent += sent
        self._unheard_since = None
        if self.sent == self._cut_sending:
            self._cut()

    def _forget_unheard(self) -> None:
        if not self._to_host or self._outer < 0:
            self._unheard_since = None
            if self._outer < 0:
                self._to_host.clear()
        elif self._unheard_since is None:
            self._unheard_since = time.monotonic()
        elif time.monotonic() > self._unheard_since + _UNHEARD_S:
            self._to_host.clear()


def _catches_interrupts(pid: int) -> bool:
    """True while the interpreter executes a program at its prompt: then, and only then, it has a handler of SIGINT."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False  # not Linux: a program at the prompt cannot be interrupted there
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)
