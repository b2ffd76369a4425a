"""Fetch Debian trixie's MicroPython for armhf and i386 into a folder, leaving the system's packages alone.

apt gets a state of its own under FOLDER/apt and a source list made from the system's own sources with the suite swapped
to trixie; the packages are unpacked, not installed. Result: FOLDER/<armhf|i386>/root, and FOLDER/qemu/root when the
system has no qemu-arm. Where this cannot work (no apt, no network) the reason goes to FOLDER/unavailable.txt and the
exit code is still 0: the tests of tier T2 then skip and say why.

    python tests/t2_32bit/fetch_interpreters.py build/t2
"""

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

SUITE = "trixie"
ARCHITECTURES = ("armhf", "i386")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGES = (
    "micropython",
    "libc6",
    "libffi8",
    "libgcc-s1",
    "libmbedcrypto16",
    "libmbedtls21",
    "libmbedx509-7",
)


class Unavailable(Exception):
    """This system cannot fetch the interpreters; the message says why."""


def system_mirror() -> str:
    """Address of the Debian archive in the system's own apt sources (one-line or deb822 form)."""
    etc = Path("/etc/apt")
    for path in sorted(etc.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^(\w[\w-]*):\s*(.+)$", stanza, re.MULTILINE))
            if "main" in fields.get("Components", "").split() and "-security" not in fields.get("Suites", ""):
                return fields["URIs"].split()[0]
    for path in [etc / "sources.list", *sorted(etc.glob("sources.list.d/*.list"))]:
        for line in path.read_text().splitlines() if path.exists() else ():
            match = re.match(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b", line)
            if match and "-security" not in match.group(2):
                return match.group(1)
    raise Unavailable("no Debian archive in the system's apt sources")


def run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise Unavailable(f"{command[0]} failed: {lines[-1]}")


def private_apt(folder: Path, architectures: tuple[str, ...]) -> list[str]:
    """Make apt's private state in `folder`; return the options that make apt-get use it."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    (folder / "status").touch()
    sources = folder / "sources.list"
    sources.write_text(f"deb [arch={','.join(architectures)} signed-by={KEYRING}] {system_mirror()} {SUITE} main\n")
    options = {
        "Dir::State": folder,
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "APT::Architecture": architectures[0],
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    command = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    return command + [word for name in architectures for word in ("-o", f"APT::Architectures::={name}")]


def unpack(apt: list[str], packages: tuple[str, ...], architecture: str, folder: Path) -> None:
    """Download `packages` and unpack them into `folder`/root, where `lib` becomes a link to `usr/lib`."""
    root = folder / "root"
    shutil.rmtree(folder, ignore_errors=True)
    root.mkdir(parents=True)
    run(["apt-get", *apt, "download", *(f"{name}:{architecture}" for name in packages)], cwd=folder)
    for archive in sorted(folder.glob("*.deb")):
        run(["dpkg", "-x", str(archive), str(root)])
        archive.unlink()
    if not (root / "lib").exists():
        (root / "lib").symlink_to("usr/lib")


def fetch(folder: Path) -> None:
    """Fetch what is missing in `folder`. Raises Unavailable."""
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            raise Unavailable(f"this system has no {program}")
    if not KEYRING.exists():
        raise Unavailable(f"{KEYRING} is missing (package debian-archive-keyring)")
    missing = [name for name in ARCHITECTURES if not (folder / name / "complete").exists()]
    emulator_missing = not (shutil.which("qemu-arm-static") or shutil.which("qemu-arm") or (folder / "qemu").exists())
    if not missing and not emulator_missing:
        return
    print("Fetching the 32-bit interpreters of test tier T2 (once) ...", flush=True)
    own = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    architectures = tuple(dict.fromkeys([*ARCHITECTURES, *([own] if emulator_missing else [])]))
    apt = private_apt(folder / "apt", architectures)
    run(["apt-get", *apt, "update"])
    for name in missing:
        unpack(apt, PACKAGES, name, folder / name)
        (folder / name / "complete").touch()
    if emulator_missing:
        unpack(apt, ("qemu-user",), own, folder / "qemu")
    shutil.rmtree(folder / "apt")


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "unavailable.txt"
    note.unlink(missing_ok=True)
    try:
        if platform.system() != "Linux":
            raise Unavailable(f"Debian's interpreters run on Linux, this is {platform.system()}")
        fetch(folder)
    except (Unavailable, OSError) as error:
        note.write_text(f"{error}\n")
        print(f"Test tier T2 will be skipped: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
