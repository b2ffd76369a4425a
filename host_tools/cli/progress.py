"""A progress bar with named stages, on a terminal; silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


@contextmanager
def staged_progress() -> Iterator[Callable[[str, float], None]]:
    """Yield `advance(stage, share)`: the bar of that stage stands at the share, 0 to 1; the bars vanish at the end."""
    console = Console(file=sys.stderr)
    share = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        stages = {}

        def advance(stage: str, share: float) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=1.0)
            bars.update(stages[stage], completed=share)

        yield advance


@contextmanager
def transfer_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield `advance(name, done, total)` in bytes: a bar per name with rate and time left; gone at the end."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        transfers = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in transfers:
                transfers[name] = bars.add_task(name, total=total)
            bars.update(transfers[name], completed=done)

        yield advance
