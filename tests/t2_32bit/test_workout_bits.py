"""A whole session through firmware and virtual board gives the same log bytes on a 32-bit interpreter."""

from pathlib import Path

from host_tools.athlete.workout import Plan
from tests.conftest import tier_skip
from tests.hard_time_rig import ALL_FEATURES, train
from tests.interpreters import InterpreterMissing, argv_prefix

# ten seconds of training with everything in the log; 60 s and armhf in `make validate`
PLAN = Plan(sets=(1,), false_starts=0, regrips=0)


def test_a_session_gives_the_same_log_bytes(mpy: str, tmp_path: Path) -> None:
    try:
        small = argv_prefix("i386")
    except InterpreterMissing as error:
        tier_skip(str(error))
    reference = train(tmp_path / "x64", PLAN, seed=4, settings=ALL_FEATURES, interpreter=argv_prefix(mpy)).log
    assert len(reference) > 100_000
    assert train(tmp_path / "i386", PLAN, seed=4, settings=ALL_FEATURES, interpreter=small).log == reference
