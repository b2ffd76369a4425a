"""Viper kernels on CPython, word by word: every intermediate result must fit 32 bits, every index its array.

`load("fixed/quaternion.py")` runs a firmware source with the two idioms of viper replaced: a sign-extended load
`(int(p[i]) ^ m) - m` becomes a signed one, and any other load must give a value that 32 and 64 bit agree on (>= 0).
What passes here under hypothesis cannot differ between a PC and the chip. `plain_source` gives the same arithmetic as
ordinary bytecode, for the benchmark.
"""

import re
from array import array
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.interpreters import FIRMWARE

_SIGNED_LOAD = re.compile(r"\(int\((\w+)\[(.+?)\]\) \^ [mh]\) - [mh]\b")
_IMPORT = re.compile(r"^(from [\w.]+ import (\([^)]*\)|[^\n(]*)|import \w+)$", re.MULTILINE)


class Overflow(AssertionError):
    """A result that does not fit a 32-bit word."""


def _checked(operation: str) -> Callable[["Word", int], "Word"]:
    plain = getattr(int, operation)

    def apply(self: "Word", other: int) -> "Word":
        value = plain(self, other)
        if not -(1 << 31) <= value < 1 << 31:
            raise Overflow(f"{int(self)} {operation} {int(other)} = {value}")
        return Word(value)

    return apply


class Word(int):
    """A 32-bit integer that complains instead of wrapping."""

    def __neg__(self) -> "Word":
        return Word(0) - self

    for _operation in (
        "add", "radd", "sub", "rsub", "mul", "rmul", "floordiv", "rfloordiv", "lshift", "rlshift", "rshift", "rrshift",
        "and", "rand", "or", "ror", "xor", "rxor",
    ):  # fmt: skip
        locals()[f"__{_operation}__"] = _checked(f"__{_operation}__")
    del _operation


class Pointer:
    """A typed pointer into an array of that width: loads are unsigned, stores keep the low bits."""

    def __init__(self, values: Any, bits: int) -> None:
        self.values = values.values if isinstance(values, Pointer) else values
        self.bits = bits
        if isinstance(self.values, array):
            assert self.values.itemsize * 8 == bits, f"{self.values.typecode} array as ptr{bits}"

    def _index(self, i: int) -> int:
        assert 0 <= i < len(self.values), f"index {i} of {len(self.values)}"
        return i

    def __getitem__(self, i: int) -> Word:
        value = int(self.values[self._index(i)])
        if self.bits == 32:
            assert value >= 0, f"a load of {value} without sign extension"
            return Word(value)
        return Word(value & ((1 << self.bits) - 1))

    def __setitem__(self, i: int, value: int) -> None:
        low = int(value) & ((1 << self.bits) - 1)
        if not isinstance(self.values, array) or self.values.typecode.islower():
            low = (low ^ (1 << (self.bits - 1))) - (1 << (self.bits - 1))
        self.values[self._index(i)] = low


def _signed(pointer: Pointer, i: int) -> Word:
    value = int(pointer.values[pointer._index(i)])
    half = 1 << (pointer.bits - 1)
    return Word(((value & (2 * half - 1)) ^ half) - half)


def plain_source(source: str) -> str:
    """The kernels of a firmware source as ordinary bytecode for MicroPython: same arithmetic, no viper."""
    source = _SIGNED_LOAD.sub(r"\1[\2]", source)
    return re.sub(r"\bptr(?:8|16|32)\((\w+)\)", r"\1", source).replace("@micropython.viper\n", "")


def load(path: str) -> SimpleNamespace:
    """The kernels and constants of firmware/rhomboid/<path>, checked; what it imports is left out."""
    source = (FIRMWARE / "rhomboid" / path).read_text()
    source = _IMPORT.sub("", _SIGNED_LOAD.sub(r"_signed(\1, \2)", source))
    names: dict[str, Any] = {
        "const": lambda value: value,
        "array": array,
        "int": Word,
        "_signed": _signed,
        "micropython": SimpleNamespace(viper=_viper),
        "__name__": path,
    }
    for bits in (8, 16, 32):
        names[f"ptr{bits}"] = lambda values, bits=bits: Pointer(values, bits)
    exec(compile(source, str(Path(path)), "exec"), names)
    return SimpleNamespace(**names)


def _viper(kernel: Callable[..., Any]) -> Callable[..., Any]:
    kinds = list(kernel.__annotations__.values())

    def call(*arguments: Any) -> Any:
        return kernel(*(kind(value) for kind, value in zip(kinds, arguments, strict=False)))

    return call
