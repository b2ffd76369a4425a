"""What reaches the virtual sensors is the source through mounting, tilt, drift, amplifier and converter, to the bit."""

from pathlib import Path

import numpy as np
import pytest
from scipy import signal
from scipy.spatial.transform import Rotation

from host_tools.stimuli import front_end, isb, streams
from host_tools.stimuli.playback import MIRROR_S, Playback
from host_tools.stimuli.recording import Recording
from host_tools.stimuli.sensor_errors import SAMPLE_HZ, draw_sensor_errors
from host_tools.stimuli.smooth_noise import SmoothNoise
from host_tools.stimuli.source import SEGMENTS

SITES = ("UT", "MT", "LT", "LAT")
LEAD_IN_S = 3.0


def recording(seconds: float = 4.0, emg_hz: float = 2000.0) -> Recording:
    """Somebody who turns and nods, with noise of the muscles' band at UT and a sine of 100 Hz at LT."""
    t_s = np.arange(0, seconds, 0.01)
    turn = np.stack([30 * np.sin(t_s), 20 * np.sin(2 * t_s), 10 * t_s], axis=1)
    pose = Rotation.from_euler("ZXY", turn, degrees=True)
    t_emg = np.arange(0, seconds, 1 / emg_hz)
    band = signal.butter(2, (30, 200), "bandpass", fs=emg_hz, output="sos")
    noise = signal.sosfilt(band, np.random.default_rng(0).normal(0, 200, len(t_emg)))
    emg = {"UT": noise, "LT": 100 * np.sin(2 * np.pi * 100 * t_emg)}
    segments = {
        "thorax": isb.UPRIGHT * pose,
        "scapula": isb.UPRIGHT * pose * Rotation.from_euler("Y", 35, degrees=True),
        "humerus": isb.UPRIGHT * pose**2,
    }
    return Recording("test", t_s, segments, emg, emg_hz)


def write(folder: Path, seed: int = 1, ideal: bool = True, left: bool = False) -> streams.Streams:
    folder.mkdir(exist_ok=True)
    return streams.write_streams(Playback(recording(), left), SITES, folder, seed, ideal, LEAD_IN_S, 8.0)


def orientation(stream: streams.ImuStream) -> tuple[np.ndarray, Rotation]:
    """Stimulus times and rotations that a stream holds."""
    wxyz = np.fromfile(stream.path, "<i4").reshape(-1, 4) / 2**28
    t_s = 1e-6 * (stream.phase_us + np.arange(len(wxyz)) * 2500 / (1 + stream.clock_ppm * 1e-6))
    return t_s, Rotation.from_quat(wxyz, scalar_first=True)


def conversions(made: streams.Streams) -> np.ndarray:
    return np.fromfile(made.adc, "<u2").reshape(-1, made.channels).astype(float)


def test_ideal_sensors_report_their_segments_at_their_own_times(tmp_path: Path) -> None:
    made = write(tmp_path)
    source = Playback(recording())
    for segment in SEGMENTS:
        t_s, seen = orientation(made.imus[segment])
        expected = source.orientation(segment, t_s - LEAD_IN_S)
        assert (seen.inv() * expected).magnitude().max() < 1e-5
    assert len({(stream.phase_us, stream.clock_ppm) for stream in made.imus.values()}) == 3


def test_the_first_frame_is_held_before_and_the_last_one_after() -> None:
    rec = recording()
    pose = Playback(rec).orientation("humerus", np.array([-3.0, 0.0, 3.99, 9.0]))
    np.testing.assert_allclose((pose[0].inv() * rec.segments["humerus"][0]).magnitude(), 0, atol=1e-12)
    np.testing.assert_allclose((pose[3].inv() * rec.segments["humerus"][-1]).magnitude(), 0, atol=1e-12)


def test_the_first_and_last_emg_are_mirrored_not_frozen() -> None:
    rec = recording()
    span = round(MIRROR_S * rec.emg_rate_hz)
    played = Playback(rec).emg("UT", -2 * MIRROR_S, rec.emg_rate_hz).read(len(rec.emg_uv["UT"]) + 3 * span)
    expected = rec.emg_uv["UT"]
    np.testing.assert_allclose(played[2 * span : 2 * span + len(expected)], expected, atol=1e-6)
    np.testing.assert_allclose(played[span : 2 * span], expected[span:0:-1], atol=1e-6)
    np.testing.assert_allclose(played[:span], expected[:span], atol=1e-6)
    np.testing.assert_allclose(played[2 * span + len(expected) :], expected[-2 : -2 - span : -1], atol=1e-6)


def test_emg_between_the_recorded_samples_is_that_of_the_band_limited_signal() -> None:
    played = Playback(recording()).emg("LT", 1.00013, 4000.0).read(4000)
    t_s = 1.00013 + np.arange(4000) / 4000
    np.testing.assert_allclose(played, 100 * np.sin(2 * np.pi * 100 * t_s), atol=0.1)


def test_each_channel_is_converted_at_its_own_instant(tmp_path: Path) -> None:
    counts = conversions(write(tmp_path))
    t_s = np.arange(len(counts)) / 4000 + SITES.index("LT") / 16000 - LEAD_IN_S
    inside = (t_s > 0.5) & (t_s < 3.5)
    # a sine of 100 Hz through the front end has the amplitude and phase of its response there
    _, response = signal.sosfreqz(front_end.band_filter(4000), worN=[100], fs=4000)
    expected = np.imag(response[0] * 100 * np.exp(2j * np.pi * 100 * t_s)) / front_end.MICROVOLT_PER_COUNT + 2048
    assert np.abs(counts[inside, 2] - expected[inside]).max() < 0.8


def test_a_missing_site_and_a_missing_segment_rest(tmp_path: Path) -> None:
    assert set(conversions(write(tmp_path))[:, SITES.index("MT")]) == {2048.0}
    only_thorax = Recording("test", recording().segment_t_s, {"thorax": recording().segments["thorax"]})
    source = Playback(only_thorax)
    t_s = np.linspace(0, 4, 50)
    angles = isb.angles_deg(*(source.orientation(segment, t_s) for segment in SEGMENTS))
    for name, value in (("internal_rotation", 35), ("upward_rotation", 5), ("posterior_tilt", -10)):
        np.testing.assert_allclose(angles[name], value, atol=1e-3)
    np.testing.assert_allclose(angles["humeral_elevation"], 0, atol=1e-3)


def test_the_front_end_has_the_stated_gain_and_corners() -> None:
    _, response = signal.sosfreqz(front_end.band_filter(4000), worN=[20.8, 102, 498], fs=4000)
    np.testing.assert_allclose(np.abs(response), [0.707, 0.96, 0.707], atol=0.02)
    assert front_end.MICROVOLT_PER_COUNT == pytest.approx(4.03, abs=0.01)


def test_the_converter_clips_at_its_rails() -> None:
    rails = front_end.FrontEnd(np.random.default_rng(0), 4000.0, ideal=False)
    t_s = np.arange(4000) / 4000
    counts = rails.convert(20_000 * np.sin(2 * np.pi * 100 * t_s))
    assert counts.min() == 0 and counts.max() == 4095 and counts.dtype == np.uint16


def test_the_noise_of_a_quiet_channel_is_that_of_electrodes_and_converter() -> None:
    quiet = front_end.FrontEnd(np.random.default_rng(0), 4000.0, ideal=False).convert(np.zeros(80_000))
    expected = np.hypot(3.0 / front_end.MICROVOLT_PER_COUNT, np.hypot(1.0, np.sqrt(1 / 12)))
    assert quiet[4000:].std() == pytest.approx(expected, rel=0.03)


def test_default_sensor_errors_are_as_large_as_the_design_says() -> None:
    t_s = np.arange(0, 120, 0.05)
    mounting, tilt, drift = [], [], []
    for seed in range(60):
        sensor = draw_sensor_errors(np.random.default_rng(seed), 120.0, ideal=False)
        mounting.append(np.degrees(sensor.mounting.magnitude()))
        assert sensor.tilt_deg is not None
        still = Rotation.from_quat(np.tile([0.0, 0.0, 0.0, 1.0], (len(t_s), 1)))
        seen = sensor.measured(still, t_s) * sensor.mounting.inv()
        up = seen.as_matrix()[:, :, 2]
        tilt.append(np.degrees(np.arccos(np.clip(up[:, 2], -1, 1))))
        forward = seen.as_matrix()[:, :, 0]
        heading = np.degrees(np.unwrap(np.arctan2(forward[:, 1], forward[:, 0])))
        drift.append(np.polyfit(t_s / 60, heading, 1)[0])
    assert 10 < max(mounting) <= 15
    assert np.sqrt(np.mean(np.square(tilt))) == pytest.approx(1.5, rel=0.08)
    assert 0.35 < np.abs(drift).max() < 0.6


def test_tilt_error_forgets_itself_in_three_seconds_and_moves_slower_than_a_body() -> None:
    noise = SmoothNoise(np.random.default_rng(3), 200, 3.0, 0.0, 30.0)
    t_s = np.arange(0, 30, 0.05)
    value = noise.at(t_s)
    assert value.std() == pytest.approx(1.0, rel=0.05)
    later = value[60:]
    assert np.mean(value[:-60] * later) / value.var() == pytest.approx(np.exp(-1), abs=0.08)
    assert np.abs(np.diff(value * 1.06, axis=0) / 0.05).max() < 3.0  # deg/s, the stillness gate


def test_the_same_seed_gives_the_same_bytes_whatever_the_block(tmp_path: Path, monkeypatch) -> None:
    first = write(tmp_path / "a", ideal=False)
    monkeypatch.setattr(streams, "_BLOCK_S", 1.3)
    second = write(tmp_path / "b", ideal=False)
    other = write(tmp_path / "c", seed=2, ideal=False)
    assert first.adc.read_bytes() == second.adc.read_bytes() != other.adc.read_bytes()
    for segment in SEGMENTS:
        one, two = (made.imus[segment].path.read_bytes() for made in (first, second))
        assert one == two != other.imus[segment].path.read_bytes()


def test_the_left_side_is_the_mirrored_body(tmp_path: Path) -> None:
    t_s = np.linspace(0, 3.9, 40)
    right, left = Playback(recording()), Playback(recording(), left=True)
    for segment in SEGMENTS:
        apart = isb.mirrored(left.orientation(segment, t_s)).inv() * right.orientation(segment, t_s)
        assert apart.magnitude().max() < 1e-9


def test_streams_are_as_long_as_asked(tmp_path: Path) -> None:
    made = write(tmp_path)
    assert len(conversions(made)) == 8 * 4000
    assert len(orientation(made.imus["thorax"])[0]) == 8 * SAMPLE_HZ + 1
