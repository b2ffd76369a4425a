"""Logs in, page out: all logs are read before anything is written, and the page appears whole or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path

from host_tools.analysis.note import read_note
from host_tools.analysis.training_log import read
from host_tools.analysis.two_units import pair_up
from host_tools.analysis.wall_clock import wall_clock
from host_tools.errors import BadInput
from host_tools.report.page import PAGES, render
from host_tools.report.session import view
from host_tools.report.sides import sides_view


def _silent(stage: str, share: float) -> None:
    """Progress that nobody watches."""


def write_report(
    logs: Sequence[Path], out: Path, page: str = PAGES[0], advance: Callable[[str, float], None] = _silent
) -> None:
    """Write the report of `logs` to the HTML file `out`, with `page` of PAGES in front. Raises BadInput."""
    if page not in PAGES:
        raise BadInput(f"--page {page}: no such page; one of {', '.join(PAGES)}")
    if out.is_dir():
        raise BadInput(f"{out}: is a folder; name the HTML file to write")
    if any(out.resolve() == log.resolve() for log in logs):
        raise BadInput(f"{out}: is one of the logs; name another file to write")
    sessions, read_logs = [], []
    for path in logs:
        # raw orientations take most of a raw log and are not shown; raw EMG gives the median frequencies
        tell = lambda share, name=path.name: advance(f"reading {name}", share)  # noqa: E731
        log = read(path, tell, without=("raw_quaternion",))
        note = read_note(path)
        sessions.append(view(log, note, wall_clock(log, note)))
        read_logs.append(log.without_raw())
    both = pair_up(read_logs)
    text = render(sessions, page, sides_view(*both) if both else None)
    unfinished = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(out)
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from error
