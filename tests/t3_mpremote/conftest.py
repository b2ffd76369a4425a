"""Boards behind a port, and the real mpremote beside them."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from host_tools.device import bundle
from host_tools.device.connection import connect
from host_tools.twin.factory import make_image
from host_tools.twin.port import PortBoard, PortOptions
from host_tools.twin.run import Action, Scenario
from tests.conftest import tier_skip
from tests.interpreters import InterpreterMissing, argv_prefix

USB = Action(0, ("usb", 1), clock="world")
Plug = Callable[..., PortBoard]
Mpremote = Callable[..., str]


@pytest.fixture(scope="session", autouse=True)
def interpreter() -> None:
    try:
        argv_prefix("x64")
    except InterpreterMissing as error:
        tier_skip(str(error))


@pytest.fixture(scope="session")
def built() -> bundle.Bundle:
    return bundle.build("x64")


@pytest.fixture(scope="session")
def images(tmp_path_factory, built: bundle.Bundle) -> dict[str, Path]:
    """Flash images: "firmware" installed in slot a, and "blank"."""
    folder = tmp_path_factory.mktemp("images")
    contents = {"firmware": built.on_device(), "blank": {}}
    for name, files in contents.items():
        make_image("feather_rp2350", files, folder / name, new_storage=name == "blank")
    return {name: folder / name for name in contents}


@pytest.fixture
def plug(tmp_path: Path, images: dict[str, Path]) -> Iterator[Plug]:
    """plug(image="firmware", usb=True, script=(), options=..., ...) -> a board, unplugged at the end of the test."""
    with ExitStack() as stack:

        def plugged(
            image: str | Path = "firmware",
            usb: bool = True,
            script: tuple[Action, ...] = (),
            options: PortOptions | None = None,
            **scenario: Any,
        ) -> PortBoard:
            path = images[image] if isinstance(image, str) else image
            actions = (*script, USB) if usb else script
            folder = tmp_path / f"board{len(list(tmp_path.glob('board*')))}"
            board = PortBoard(Scenario(flash_image=path, script=actions, **scenario), folder, options)
            return stack.enter_context(board)

        yield plugged


@pytest.fixture(scope="session")
def mpremote() -> Mpremote:
    """mpremote(board, *arguments) -> stdout of the real command line; fails on an exit code."""

    def run(board: PortBoard, *arguments: str | Path, code: int = 0) -> str:
        line = [sys.executable, "-m", "mpremote", "connect", board.port, *map(str, arguments)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def booted(board: PortBoard, timeout_s: float = 30.0) -> bool:
    """True when the firmware's newest boot has come to READY: its status LED was lit."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if any(event["kind"] == "led" and event["level"] for event in board.events(board.boots - 1)):
            return True
        time.sleep(0.05)
    return False


def version(board: PortBoard) -> str:
    """Version of the firmware that sys.path leads to."""
    device = connect(board.port)
    try:
        return device.ask("import json, rhomboid; print(json.dumps(rhomboid.VERSION))")
    finally:
        device.close()


@pytest.fixture(scope="session")
def next_version(tmp_path_factory, built: bundle.Bundle) -> bundle.Bundle:
    """The bundle of a version in which one file has changed."""
    firmware = tmp_path_factory.mktemp("next") / "firmware"
    shutil.copytree(bundle.FIRMWARE, firmware, ignore=shutil.ignore_patterns("__pycache__"))
    package = firmware / "rhomboid" / "__init__.py"
    package.write_text(package.read_text().replace(f'VERSION = "{built.version}"', 'VERSION = "99.0.0"'))
    return bundle.build("x64", firmware)
