"""Tier markers, the interpreters and the recordings as fixtures, and the rule that CI may not skip a tier.

A test file's tier is its folder: tests/t1_firmware/ is marked t1. A test that cannot run for want of a tool calls
`tier_skip`; such a skip is a failure when RHOMBOID_CI is set. A missing recording is an ordinary skip.
"""

import os
import re
from pathlib import Path

import pytest

from tests.interpreters import NAMES, REPOSITORY, InterpreterMissing, argv_prefix

TIER_SKIP = "tier skipped: "
_skipped_tiers: set[str] = set()


def tier_skip(reason: str) -> None:
    """Skip this test because the system lacks a tool that its tier needs."""
    pytest.skip(TIER_SKIP + reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        tier = re.search(r"[/\\](t[0-5])_", str(item.path))
        if tier:
            item.add_marker(tier.group(1))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple) and TIER_SKIP in report.longrepr[2]:
        tier = re.search(r"(?:^|/)(t[0-5])_", report.nodeid)
        _skipped_tiers.add(f"{tier.group(1) if tier else '?'}: {report.longrepr[2].split(TIER_SKIP, 1)[1]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped_tiers and os.environ.get("RHOMBOID_CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in sorted(_skipped_tiers):
        terminalreporter.write_line(f"{'FAILED' if os.environ.get('RHOMBOID_CI') else 'SKIPPED'} tier {line}")


def _interpreter(name: str) -> str:
    try:
        argv_prefix(name)
    except InterpreterMissing as error:
        tier_skip(str(error))
    return name


@pytest.fixture(scope="session")
def mpy() -> str:
    """Name of the 64-bit interpreter, for `run_micropython`."""
    return _interpreter("x64")


@pytest.fixture(scope="session", params=NAMES)
def mpy_all(request: pytest.FixtureRequest) -> str:
    """Name of each interpreter in turn, 64-bit and 32-bit."""
    return _interpreter(request.param)


@pytest.fixture(scope="session", params=NAMES[1:])
def mpy_32(request: pytest.FixtureRequest) -> str:
    """Name of each 32-bit interpreter in turn."""
    return _interpreter(request.param)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Folder with the real recordings: RHOMBOID_DATA, else ../shared/data beside the repository."""
    named = os.environ.get("RHOMBOID_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no recordings at {folder}: name their folder in RHOMBOID_DATA")
    return folder
