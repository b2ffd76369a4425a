"""The MicroPython interpreters that the tests run firmware on: "x64" (pip), "i386" and "armhf" (Debian, tier T2)."""

import functools
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from host_tools.errors import Failed
from host_tools.interpreter import find_micropython

REPOSITORY = Path(__file__).resolve().parent.parent
FIRMWARE = REPOSITORY / "firmware"
NAMES = ("x64", "i386", "armhf")


class MicroPythonError(Exception):
    """The interpreter ended with an error; the message is its stderr."""


class InterpreterMissing(Exception):
    """This interpreter cannot run here; the message says why."""


def t2_folder() -> Path:
    """Folder with armhf/root and i386/root: the variable RHOMBOID_T2, else build/t2 (made by `make t2`)."""
    return Path(os.environ.get("RHOMBOID_T2", REPOSITORY / "build" / "t2"))


@functools.cache
def argv_prefix(name: str) -> tuple[str, ...]:
    """Command line that starts interpreter `name`, tried once. Raises InterpreterMissing."""
    prefix = {"x64": _x64, "i386": _i386, "armhf": _armhf}[name]()
    try:
        tried = subprocess.run([*prefix, "-c", "print(6 * 7)"], capture_output=True, text=True, timeout=60)
    except OSError as error:
        raise InterpreterMissing(f"{name}: {error}") from error
    if tried.stdout.strip() != "42":
        raise InterpreterMissing(f"{name}: does not start here: {tried.stderr.strip()[-200:]}")
    return prefix


def interpreters() -> list[tuple[str, tuple[str, ...]]]:
    """(name, argv prefix) of every interpreter that runs here."""
    found = []
    for name in NAMES:
        try:
            found.append((name, argv_prefix(name)))
        except InterpreterMissing:
            continue
    return found


def run_micropython(
    name: str,
    script: str | Path,
    *arguments: str | Path | int,
    path: Sequence[str | Path] = (FIRMWARE,),
    timeout: float = 120,
    heap: str | None = None,
) -> str:
    """Run a script file (a Path) or source text (a str) and return its stdout.

    `path` becomes the front of sys.path, `heap` is the heap size as micropython's -X heapsize takes it ("256k").
    Raises MicroPythonError with the interpreter's stderr, InterpreterMissing, subprocess.TimeoutExpired.
    """
    prefix = argv_prefix(name)
    options = ["-X", f"heapsize={heap}"] if heap else []
    program = [str(script)] if isinstance(script, Path) else ["-c", script]
    environment = os.environ | {"MICROPYPATH": ":".join([*map(str, path), ".frozen"])}
    done = subprocess.run(
        [*prefix, *options, *program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
    )
    if done.returncode:
        raise MicroPythonError(f"{name} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def _x64() -> tuple[str, ...]:
    try:
        return (str(find_micropython()),)
    except Failed as error:
        raise InterpreterMissing(f"x64: {error}") from error


def _root(name: str) -> Path:
    root = t2_folder() / name / "root"
    if not (root / "usr/bin/micropython").exists():
        note = t2_folder() / "unavailable.txt"
        reason = note.read_text().strip() if note.exists() else "not fetched yet: run `make t2`"
        raise InterpreterMissing(f"{name}: {reason}")
    return root


def _i386() -> tuple[str, ...]:
    root = _root("i386")
    loader = (
        str(root / "usr/lib/ld-linux.so.2"),
        "--library-path",
        str(root / "usr/lib/i386-linux-gnu"),
        str(root / "usr/bin/micropython"),
    )
    if platform.machine() == "x86_64":
        return loader
    return (_emulator("qemu-i386"), *loader)


def _armhf() -> tuple[str, ...]:
    root = _root("armhf")
    return (_emulator("qemu-arm"), "-L", str(root), str(root / "usr/bin/micropython"))


def _emulator(name: str) -> str:
    fetched = t2_folder() / "qemu/root/usr/bin" / name
    found = shutil.which(f"{name}-static") or shutil.which(name) or (str(fetched) if fetched.exists() else None)
    if found is None:
        raise InterpreterMissing(f"{name} is not installed (Debian: apt-get install qemu-user-static)")
    return found
