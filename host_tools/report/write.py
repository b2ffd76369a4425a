"""Logs in, page out: all logs are read before anything is written, and the page appears whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from host_tools.analysis.training_log import read
from host_tools.errors import BadInput
from host_tools.report.page import render
from host_tools.report.session import view


def write_report(logs: Sequence[Path], out: Path) -> None:
    """Write the report of `logs` to the HTML file `out`. Raises BadInput."""
    if out.is_dir():
        raise BadInput(f"{out}: is a folder; name the HTML file to write")
    if any(out.resolve() == log.resolve() for log in logs):
        raise BadInput(f"{out}: is one of the logs; name another file to write")
    text = render([view(read(log)) for log in logs])
    unfinished = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(out)
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from error
