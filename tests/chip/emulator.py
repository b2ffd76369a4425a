"""A Raspberry Pi Pico on the emulator rp2040py: MicroPython in flash, files on its littlefs, the UART as text."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from littlefs import LittleFS
from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.execute_batch import execute_batch
from rp2040py.memory_map import FLASH_START_ADDRESS
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

# of the Pico's 2 MB the last 1408 KB are files (ports/rp2/boards/RPI_PICO)
_FILES_AT, _FILE_BLOCKS, _BLOCK_BYTES = 0xA0000, 352, 4096
_INSTRUCTIONS_PER_LOOK = 8  # at the clock: peripherals are late by so many at most


def _littlefs(files: Mapping[str, bytes]) -> bytes:
    volume = LittleFS(
        block_size=_BLOCK_BYTES,
        block_count=_FILE_BLOCKS,
        read_size=32,
        prog_size=256,
        cache_size=256,
        lookahead_size=32,
    )
    for path, data in files.items():
        parents = path.strip("/").split("/")[:-1]
        for depth in range(1, len(parents) + 1):
            volume.makedirs("/" + "/".join(parents[:depth]), exist_ok=True)
        with volume.open(path, "wb") as file:
            file.write(data)
    return bytes(volume.context.buffer)


class Pico:
    """image: MicroPython as it stands in flash; files: device path -> contents; main.py runs at power-on."""

    def __init__(self, image: Path, files: Mapping[str, bytes]) -> None:
        self._simulator = Simulator()
        chip = self._simulator.rp2040
        chip.load_bootrom(BOOTROM_B1)
        chip.logger = ConsoleLogger(LogLevel.ERROR)
        chip.flash[:] = b"\xff" * len(chip.flash)
        code, volume = image.read_bytes(), _littlefs(files)
        chip.flash[: len(code)] = code
        chip.flash[_FILES_AT : _FILES_AT + len(volume)] = volume
        self._sent = bytearray()
        chip.uart[0].on_byte = self._sent.append
        chip.core.pc = FLASH_START_ADDRESS
        self._simulator.stopped = False

    def lines(self, until: str, seconds: float) -> Iterator[str]:
        """What it prints, line by line, until a line begins with `until`. Raises TimeoutError after virtual seconds."""
        while self._simulator.clock.nanos < seconds * 1e9:
            execute_batch(self._simulator, _INSTRUCTIONS_PER_LOOK)
            while b"\n" in self._sent:
                line, _, rest = bytes(self._sent).partition(b"\n")
                self._sent[:] = rest
                text = line.decode(errors="replace").strip()
                yield text
                if text.startswith(until):
                    return
        raise TimeoutError(f"no line '{until}' within {seconds} s of the chip")
