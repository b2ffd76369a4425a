"""Make the published MicroPython stubs fit this firmware, in a folder of their own (build/typings).

    python tests/adapt_stubs.py build/typings

- A viper function takes any buffer or integer where its parameter is a ptr8, ptr16, ptr32: calls are not checked.
- Tick values are integers: they live in array('i') cells, and viper subtracts them.
- `rp2.DMA` has its documented attributes count, read, write, ctrl, mode, channel, registers.
A text that is no longer there stops the installation: the stubs have changed, look at them again.
"""

import sys
from pathlib import Path

CHANGES = (
    ("micropython.pyi", "def viper(_func: Callable[_Param, _Ret], /) -> Callable[_Param, _Ret]:",
     "def viper(_func: Callable[_Param, _Ret], /) -> Callable[..., _Ret]:"),
    ("_mpy_shed/time_mp.pyi", '_Ticks = TypeVar("_Ticks", _TicksMs, _TicksUs, _TicksCPU)',
     '_TicksMs: TypeAlias = int\n_TicksUs: TypeAlias = int\n_TicksCPU: TypeAlias = int\n'
     '_Ticks = TypeVar("_Ticks", bound=int)'),
    ("_mpy_shed/time_mp.pyi", "class _Ticks", "class _Opaque"),
    ("rp2/__init__.pyi", "class DMA:", "class DMA:\n    count: int\n    read: int\n    write: int\n    ctrl: int\n"
     "    mode: int\n    channel: int\n    registers: Any"),
)  # fmt: skip


def main(folder: Path) -> int:
    for name, old, new in CHANGES:
        path = folder / name
        text = path.read_text()
        if old not in text:
            print(f"{path}: {old!r} is not there: adapt tests/adapt_stubs.py to these stubs", file=sys.stderr)
            return 1
        path.write_text(text.replace(old, new))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
