"""The one adapter over mpremote's library: everything else talks to a device through `Connection`.

A connection interrupts what runs (the firmware then closes its log and hands over), works in the raw REPL without a
soft reset, sets the clock, and lets the firmware start again when it is closed. mpremote's Python API may change
between versions; nothing outside of this module uses it.
"""

import contextlib
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import serial
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from host_tools.device import ports
from host_tools.errors import Failed

_READ_S = 10.0  # the longest silence within an answer
# closing a log may flush 128 KB of memory, at worst 0.4 s for each 4 KB of worn flash
_HAND_OVER_S = 20.0
_ATTEMPTS = 3
_LONGEST_ANSWER_BYTES = 4 << 20
_RAW_REPL = b"raw REPL; CTRL-B to exit\r\n"
# rp2 calendars begin in 2021; anything before this program was written is not the present
EARLIEST_YEAR = 2025


class DeviceError(Failed):
    """A program on the device ended with an exception; `last_line` is the last line of its traceback."""

    def __init__(self, message: str, last_line: str) -> None:
        super().__init__(message)
        self.last_line = last_line


@dataclass(frozen=True)
class Facts:
    """What the device says of itself. clock_was_set: before this connection set it."""

    micropython: tuple[int, int, int]
    mpy: int
    machine: str
    unique_id: str
    clock_was_set: bool


class Connection:
    """An open device in its raw REPL."""

    def __init__(self, port: str, transport: SerialTransport, hand_over_s: float) -> None:
        """Use connect()."""
        self.port = port
        self._transport = transport
        self.hand_over_s = hand_over_s
        self._lost = False  # nothing but close() makes sense any more
        self.facts = self._greet()

    def run(self, code: str, timeout_s: float = _READ_S) -> str:
        """Run `code` and return what it printed. timeout_s: the longest silence.

        Raises DeviceError when it ends with an exception, Failed when the cable was pulled.
        """
        said = bytearray()

        def take(data: bytes) -> None:
            said.extend(data)
            if len(said) > _LONGEST_ANSWER_BYTES:
                self._lost = True
                raise Failed(f"{self.port}: the device answers without end; reset it and try again")

        with self._cable():
            _, error = self._transport.exec_raw(code, timeout=timeout_s, data_consumer=take)
        return self._checked(bytes(said).removesuffix(b"\x04"), error)

    def ask(self, code: str, timeout_s: float = _READ_S) -> Any:
        """Run `code` and return the value of the JSON text that it printed last."""
        lines = self.run(code, timeout_s).strip().splitlines()
        try:
            return json.loads(lines[-1])
        except (IndexError, json.JSONDecodeError) as error:
            raise Failed(f"{self.port}: the device answered nonsense; reset it and try again") from error

    def run_and_leave(self, code: str) -> None:
        """Run code from which the device does not come back; only close() remains."""
        with self._cable():
            self._transport.exec_raw_no_follow(code)
        self._lost = True

    @contextmanager
    def streaming(self, code: str) -> Iterator["Stream"]:
        """Run `code` and read the bytes that it writes to sys.stdout.buffer; leave when all of them have been read."""
        with self._cable():
            self._transport.exec_raw_no_follow(code)
            yield Stream(self._transport)
            output, error = self._transport.follow(_READ_S)
        self._checked(output, error)

    def drain(self) -> None:
        """After a spoilt stream: stop the program, forget what it wrote, be in the raw REPL again."""
        with self._cable():
            self._enter()

    def restart(self) -> None:
        """Let the firmware start again (a soft reset) without waiting for it."""
        if self._lost:
            return
        with self._cable():
            self._transport.exit_raw_repl()
            self._transport.read_until(1, b">>> ", timeout=2)
            self._transport.serial.write(b"\x04")
            self._transport.read_until(1, b"soft reboot\r\n", timeout=2)

    def close(self) -> None:
        """Let the port go; the device stays as it is."""
        with contextlib.suppress(OSError, TransportError):
            self._transport.close()

    def _greet(self) -> Facts:
        self._enter()
        now = datetime.now(UTC)
        # the calendar of the device is UTC
        moment = (now.year, now.month, now.day, now.weekday(), now.hour, now.minute, now.second, 0)
        said = self.ask(_GREETING % (moment, EARLIEST_YEAR))
        try:
            major, minor, patch = map(int, said["version"])
            return Facts(
                micropython=(major, minor, patch),
                mpy=int(said["mpy"]),
                machine=str(said["machine"]),
                unique_id=str(said["id"]),
                clock_was_set=int(said["year"]) >= EARLIEST_YEAR,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Failed(f"{self.port}: the device does not say what it is; reset it and try again") from error

    def _enter(self) -> None:
        """Interrupt what runs and enter the raw REPL.

        A second Ctrl-C while the firmware closes its log would interrupt that, so the first one gets its time.
        """
        heard = io.StringIO()
        for _ in range(_ATTEMPTS):
            with contextlib.redirect_stdout(heard), contextlib.suppress(TransportError):
                self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_READ_S)
                return
            if self._transport.read_until(1, _RAW_REPL, timeout=self.hand_over_s).endswith(_RAW_REPL):
                self._transport.in_raw_repl = True
                return
            time.sleep(0.2)
        if heard.getvalue().strip("b'\" \n"):
            raise Failed(
                f"{self.port}: busy in another mode, it does not answer with MicroPython's prompt; "
                "press its reset button once and try again"
            )
        raise Failed(
            f"{self.port}: silent; press its reset button once. If it stays silent, MicroPython is missing: "
            "hold BOOT while plugging in, then copy its UF2 file onto the drive that appears"
        )

    def _checked(self, output: bytes, error: bytes) -> str:
        if error:
            last = error.decode(errors="replace").strip().splitlines()[-1]
            raise DeviceError(f"{self.port}: on the device: {last}", last)
        return output.decode(errors="replace").replace("\r\n", "\n")

    @contextmanager
    def _cable(self) -> Iterator[None]:
        """Errors of the line as one sentence."""
        try:
            yield
        except (serial.SerialException, OSError) as error:
            raise Failed(f"{self.port}: unplugged in the middle; plug it in again and repeat the command") from error
        except TransportError as error:
            raise Failed(f"{self.port}: {error}; unplug it, plug it in again and repeat the command") from error


class Stream:
    """Bytes that a running program writes."""

    def __init__(self, transport: SerialTransport) -> None:
        self._serial = transport.serial

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes; fewer when the device has been silent too long."""
        parts = bytearray()
        while len(parts) < count:
            # what has come already, at least one byte: a read of more would wait for the rest of it
            part = self._serial.read(min(max(self._serial.in_waiting, 1), count - len(parts)))
            if not part:
                break
            parts += part
        return bytes(parts)


def connect(given: str | None, hand_over_s: float = _HAND_OVER_S) -> Connection:
    """Open the device at the port `given` (see ports.find). Raises Failed with the remedy."""
    port = ports.find(given)
    try:
        # a silent device must not hold the program for ever
        transport = SerialTransport(port, timeout=_READ_S)
    except TransportError as error:
        raise ports.why_not(port) from error
    try:
        return Connection(port, transport, hand_over_s)
    except BaseException as error:
        with contextlib.suppress(OSError, TransportError):
            transport.close()
        if isinstance(error, OSError | serial.SerialException):
            raise Failed(f"{port}: unplugged in the middle; plug it in again and repeat the command") from error
        raise


@contextmanager
def connected(given: str | None) -> Iterator[Connection]:
    """A connection; in the end the firmware starts again, also after an error."""
    device = connect(given)
    try:
        yield device
    finally:
        with contextlib.suppress(Failed):
            device.restart()
        device.close()


_GREETING = """
import gc, json, machine, os, sys, time
gc.collect()
rtc = machine.RTC()
year = rtc.datetime()[0]
before = time.time()
rtc.datetime(%r)
if year < %d:  # for the logs that this boot has written: what to add to its clock
    try:
        with open("/boots") as f:
            boots = f.read().split()[0]
        with open("/clock", "a") as f:
            f.write("%%d %%d\\n" %% (int(boots), time.time() - before))
    except (OSError, ValueError, IndexError):
        pass
print(json.dumps({"version": sys.implementation.version[:3], "mpy": getattr(sys.implementation, "_mpy", 0),
    "machine": sys.implementation._machine, "id": machine.unique_id().hex(), "year": year}))
"""
