"""Raw EMG blocks become runs without holes; every frame keeps its place."""

import numpy as np

from host_tools.analysis.raw_emg import raw_emg
from tests.t0_analysis.made_up_log import START_US, log, raw_emg_topic


def test_blocks_in_a_row_are_one_run():
    found = raw_emg(log({"raw_emg": raw_emg_topic([50, 60, 70])}))
    (run,) = found.runs
    assert run.first == 50 and run.start_us == START_US + 50_000
    assert np.array_equal(run.counts[:, 0], np.arange(50, 80))
    assert np.array_equal(run.counts[:, 1], np.arange(1050, 1080))


def test_dropped_blocks_and_blocks_cut_by_a_gap_begin_a_new_run():
    found = raw_emg(log({"raw_emg": raw_emg_topic([0, 10, 40, 47], cut={2: 4})}))
    assert [(run.first, len(run.counts)) for run in found.runs] == [(0, 20), (40, 4), (47, 10)]
    assert found.frames == 34 and found.span_frames == 57


def test_a_number_that_goes_backward_is_left_out_and_counted():
    found = raw_emg(log({"raw_emg": raw_emg_topic([0, 10, 5, 20])}))
    assert found.disorder == 1
    assert [(run.first, len(run.counts)) for run in found.runs] == [(0, 30)]


def test_a_log_without_raw_emg_has_none():
    assert raw_emg(log()).runs == ()
