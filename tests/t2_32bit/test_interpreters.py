from tests.interpreters import run_micropython

WORD = """
import micropython

@micropython.viper
def square(x: int) -> int:
    return x * x

print(square(1 << 20))
"""


def test_viper_wraps_at_32_bits_as_on_the_chip(mpy_32: str) -> None:
    assert run_micropython(mpy_32, WORD).strip() == "0"


def test_viper_does_not_wrap_on_the_64_bit_interpreter(mpy: str) -> None:
    assert run_micropython(mpy, WORD).strip() == str(1 << 40)
