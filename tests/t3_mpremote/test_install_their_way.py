"""MicroPython users install the firmware by mip, or freeze it; both lists hold what the bundle holds."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from host_tools.device import mip_package
from host_tools.device.bundle import FIRMWARE, Bundle

from .conftest import Mpremote, Plug, booted


def installed_packages() -> Path:
    found = importlib.util.find_spec("adafruit_bno08x")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent.parent


def bundle_paths(bundle: Bundle) -> set[str]:
    compiled = {file.path.removesuffix(".mpy") + ".py" for file in bundle.slot}
    return compiled | {file.path for file in bundle.root}


def test_package_json_lists_what_the_bundle_holds(built: Bundle) -> None:
    listed = json.loads(mip_package.PATH.read_text())
    missing = "files have come or gone: run `python -m host_tools.device.mip_package`"
    assert {target for target, _ in listed["urls"]} == bundle_paths(built), missing
    assert mip_package.PATH.read_text() == mip_package.package_json(), missing


def test_the_manifest_freezes_what_the_bundle_holds(built: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADAFRUIT", str(installed_packages()))
    included, frozen = [], set()

    def package(name: str, base_path: str = str(FIRMWARE)) -> None:
        folder = Path(base_path)
        frozen.update(path.relative_to(folder).as_posix() for path in (folder / name).rglob("*.py"))

    names = {"include": included.append, "module": frozen.add, "package": package}
    exec((FIRMWARE / "manifest.py").read_text(), names)
    assert included == ["$(PORT_DIR)/boards/manifest.py"]
    assert frozen >= bundle_paths(built)


@pytest.mark.validate
def test_mip_installs_a_device_that_runs(plug: Plug, tmp_path: Path, mpremote: Mpremote) -> None:
    tree = tmp_path / "firmware"
    shutil.copytree(FIRMWARE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    package = json.loads((tree / "package.json").read_text())
    for target, url in package["urls"]:
        if url.startswith("https"):  # from the installed package instead of the net
            (tree / target).parent.mkdir(exist_ok=True)
            shutil.copy(installed_packages() / target, tree / target)
    package["urls"] = [[target, target] for target, _ in package["urls"]]
    (tree / "package.json").write_text(json.dumps(package))
    board = plug("blank", usb=False)
    mpremote(board, "mip", "install", "--target", "/", tree / "package.json")
    mpremote(board, "reset")
    assert booted(board)
