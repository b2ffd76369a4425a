"""The EMG chain gives the same bits on 64-bit and 32-bit interpreters, and allocates nothing while it runs."""

import numpy as np
import pytest

from tests.emg_rig import CENTRE, FULL, run_chain
from tests.interpreters import run_micropython


def hard_day() -> np.ndarray:
    """30 s of everything that happens to four electrodes: (frames, 4) counts."""
    rng = np.random.default_rng(17)
    t_s = np.arange(30_000) / 1000
    effort = 3 + 150 * (np.sin(2 * np.pi * 0.3 * t_s) > 0)
    counts = CENTRE + rng.normal(0, 1, (30_000, 4)) * effort[:, None]
    hum = np.sin(2 * np.pi * 49.7 * t_s) + 0.6 * np.sin(6 * np.pi * 49.7 * t_s)
    counts += (t_s > 5)[:, None] * 120 * hum[:, None] * (1 + (t_s > 15))[:, None]
    counts[12_000:13_000, 1] = FULL  # rail
    counts[13_000:13_700, 1] = 0
    counts[16_000:17_500, 2] = CENTRE + 20_000 * np.sign(np.sin(2 * np.pi * 7 * t_s[16_000:17_500]))
    counts[18_000:19_000, 3] = CENTRE + 20_000 * rng.uniform(-1, 1, 1000)
    counts[20_000:21_000] = FULL * (np.arange(1000)[:, None] // 17 % 2)
    counts[24_000:] = CENTRE + 6000 * np.sin(2 * np.pi * 60.3 * t_s[24_000:])[:, None]
    return np.clip(counts, 0, FULL).round().astype(np.int16)


BLOCKS = [10, 10, 9, 11, 64, 1, 0, 10]
GAPS = {2040: 33, 9030: 5000}


@pytest.fixture(scope="module")
def on_64_bit(mpy, tmp_path_factory):
    run = run_chain(mpy, tmp_path_factory.mktemp("x64"), hard_day(), block=BLOCKS, mvc_uv_q4=[3000, 0, 900, 5000])
    # the day must reach the tracker and its loss, or it proves little
    found = run.mains_hz > 0
    assert np.count_nonzero(found) > 1000 and not found.all()
    assert np.count_nonzero(np.diff(run.active, axis=0)) > 10
    assert set(np.unique(run.quality & -run.quality)) >= {1, 4, 8, 16, 128}
    return run


def test_thirty_seconds_of_trouble_have_the_same_bits(mpy_32, on_64_bit, tmp_path):
    run = run_chain(mpy_32, tmp_path, hard_day(), block=BLOCKS, mvc_uv_q4=[3000, 0, 900, 5000])
    assert run.digest == on_64_bit.digest


LOCKED = """
import gc, micropython, sys
from array import array
from rhomboid import features as f
from rhomboid.activation.chain import EmgChain
from rhomboid.activation.normalisation import ReferenceTests
from rhomboid.activation.repetition_activation import RepetitionActivation
from rhomboid.fixed import mains
counts = array("h", open(sys.argv[1], "rb").read())
features = array("i", [0] * f.COUNT)
chain = EmgChain(("UT", "MT", "LT", "LAT"), 30, 0, [3000, 0, 900, 5000], features)
repetition = RepetitionActivation(4, features)
tests = ReferenceTests(4, features)
blocks = [array("h", counts[40 * k : 40 * k + 40]) for k in range(len(counts) // 40)]
modes = array("i", [0, 0])

def run(blocks, t_us):
    tick = 0
    repetition.begin(t_us)
    tests.begin()
    for block in blocks:
        tick += 1
        t_us += 10000 if t_us < 0x3FFF0000 else -0x3FFF0000  # no sum reaches 2^30
        chain.process(block, 10, 40 if tick % 900 == 0 else 0, t_us)
        repetition.step()
        tests.step()
        modes[chain._mains[mains.MODE]] += 1
    repetition.end(5)
    tests.end()

run(blocks[:10], 0)
gc.collect()
before = gc.mem_alloc()
micropython.heap_lock()
run(blocks, 0x3F000000)
micropython.heap_unlock()
assert gc.mem_alloc() == before, (gc.mem_alloc(), before)
assert modes[0] and modes[1], modes
print("nothing allocated")
"""


def test_nothing_is_allocated_while_it_runs(mpy_all, tmp_path):
    """Searching, tracking, lost frames, onsets, a repetition and a reference test, over a wrap of the ticks."""
    file = tmp_path / "counts.bin"
    hard_day().astype("<i2").tofile(file)
    assert "nothing allocated" in run_micropython(mpy_all, LOCKED, file, heap="8M")
