"""The training plan on a device: checked against what was measured there, sent, and read back."""

from pathlib import Path

from host_tools.device import device_settings
from host_tools.device.backup import read_file
from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles
from host_tools.errors import Failed
from host_tools.plan import stored, toml_form
from host_tools.plan.toml_form import Plan


def send(device: Connection, path: Path) -> Plan:
    """Put the plan on the device; training begins at its beginning.

    Raises BadInput with the lines of its mistakes; then the plan on the device stays as it is.
    """
    settings, _ = device_settings.read(device)
    plan = toml_form.read(path, any(settings["mvc_uv_q4"]))
    data = toml_form.encode(plan)
    files = DeviceFiles(device)
    target = toml_form.form().PATH
    files.replace(target, data)
    if read_file(device, files, target) != data:
        raise Failed(f"{device.port}: the plan does not read back; send it again, then run doctor")
    return plan


def fetch(device: Connection) -> tuple[Plan, list[int]]:
    """(the plan on the device, the setting plan_place). Raises Failed when there is none."""
    data = read_file(device, DeviceFiles(device), toml_form.form().PATH)
    if data is None:
        raise Failed(f"{device.port}: no plan on the device; `rhomboid plan send PLAN.toml` puts one there")
    settings, _ = device_settings.read(device)
    return stored.decode(data), settings["plan_place"]


def remove(device: Connection) -> None:
    """Train without a plan from now on."""
    DeviceFiles(device).remove([toml_form.form().PATH])
