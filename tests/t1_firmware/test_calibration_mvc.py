"""MVC tests on the device, led by pulses: good ones are kept with date, method and quality, bad ones change nothing."""

import pytest

from host_tools.athlete.calibration import FIRST_TEST_S, TEST_S, MvcTests
from tests.calibration_rig import Calibrated, calibrate

SITES = ("UT", "LT")
ELECTRODE, WEAK, MOVING, NOT_RELAXED, UNEQUAL = 1, 2, 3, 4, 5
OFF_COUNTS = 300  # mains of an open input, 1.2 mV at the electrodes
RESULT = ("mvc_uv_q4", "rest_uv_q4", "mvc_method", "mvc_agreement_permille", "mvc_minutes", "mvc_log")


def kinds(seen: Calibrated) -> list[str]:
    return [name for name, _ in seen.markers]


def nothing_changed(seen: Calibrated) -> bool:
    return seen.reasons == [] and {key: seen.settings[key] for key in RESULT} == {
        key: seen.before[key] for key in RESULT
    }


@pytest.fixture(scope="module")
def good() -> Calibrated:
    return calibrate(MvcTests())


def test_good_tests_are_kept(good: Calibrated) -> None:
    assert kinds(good)[:9] == ["mvc_begun"] + ["mvc_test"] * 8
    assert [value for name, value in good.markers if name == "mvc_test"] == [0, 1, 2, 3] * 2
    assert good.settings["mvc_method"] == "maximal" and good.reasons == []
    for site, uv_q4 in zip(("UT", "MT", "LT", "LAT"), good.settings["mvc_uv_q4"], strict=True):
        assert uv_q4 / 16 == pytest.approx(good.athlete.body.mvc_uv[site], rel=0.2), site
    for uv_q4 in good.settings["rest_uv_q4"]:
        assert 1 < uv_q4 / 16 < 14  # domain 2.1


def test_the_result_says_when_how_and_how_good(good: Calibrated) -> None:
    assert good.settings["mvc_log"] == 1 and good.logs[0] == "00001.ulg"
    assert good.settings["mvc_minutes"] == 0  # this device's clock was never set
    assert all(700 <= permille <= 1000 for permille in good.settings["mvc_agreement_permille"])


def test_the_log_tells_the_result(good: Calibrated) -> None:
    assert good.per_site("mvc_reference") == good.settings["mvc_uv_q4"]
    assert good.per_site("mvc_rest") == good.settings["rest_uv_q4"]
    assert good.per_site("mvc_agreement") == good.settings["mvc_agreement_permille"]


def test_pulses_lead_through_it(good: Calibrated) -> None:
    # announced on both tactors, begun on both, ended on both; before that a tick at 1.5 s and the beginning of rest
    assert good.pulses >= 8 * 6


def test_the_maximum_counts_whichever_test_it_came_from() -> None:
    """The second site never pushes in its own test, only in the first one's."""
    seen = calibrate(MvcTests(sites=("LT", "MT"), effort=0.6))
    own = calibrate(MvcTests(sites=("MT",), effort=0.6))
    assert seen.settings["mvc_uv_q4"][1] >= 0.85 * own.settings["mvc_uv_q4"][0]


def test_weak_contractions_are_refused() -> None:
    seen = calibrate(MvcTests(sites=("LT",), effort=0.12))
    assert seen.refusal() == (WEAK, 0)
    assert nothing_changed(seen)


def test_an_electrode_off_from_the_beginning_is_refused_at_rest() -> None:
    seen = calibrate(MvcTests(sites=SITES, duration_s=FIRST_TEST_S + 3), faults=[(0.0, ("emg", 1, 2, OFF_COUNTS))])
    assert seen.refusal() == (ELECTRODE, 1)
    assert "mvc_test" not in kinds(seen) and nothing_changed(seen)


def test_an_electrode_that_comes_off_is_refused_after_one_repetition_of_the_test() -> None:
    tests = MvcTests(sites=SITES, duration_s=FIRST_TEST_S + 3 * TEST_S)
    seen = calibrate(tests, faults=[(FIRST_TEST_S + TEST_S + 2, ("emg", 0, 2, OFF_COUNTS))])
    assert kinds(seen) == ["mvc_begun", "mvc_test", "mvc_test", "mvc_test_refused", "mvc_test", "mvc_refused"]
    assert seen.refusal() == (ELECTRODE, 0)
    assert nothing_changed(seen)


def test_an_electrode_off_for_one_test_costs_a_repetition_of_that_test() -> None:
    off_s = FIRST_TEST_S + 6
    seen = calibrate(
        MvcTests(sites=SITES, refused=(0,)), faults=[(off_s, ("emg", 0, 2, OFF_COUNTS)), (off_s + 6, ("emg", 0, 0, 0))]
    )
    assert kinds(seen).count("mvc_test_refused") == 1 and kinds(seen).count("mvc_test") == 5
    assert seen.settings["mvc_method"] == "maximal"


@pytest.mark.parametrize("seed", range(2))
def test_tests_in_motion_are_refused(seed: int) -> None:
    seen = calibrate(MvcTests(sites=SITES, moving=True, duration_s=FIRST_TEST_S + 2 * TEST_S), seed)
    assert seen.refusal() == (MOVING, 0)
    assert kinds(seen).count("mvc_test") == 2 and nothing_changed(seen)


def test_tries_of_a_site_that_differ_by_half_are_refused() -> None:
    """The electrode works in the first round only, and picks up too little mains to look like an open input."""
    faults: list[tuple[float, tuple[str | int, ...]]] = [(FIRST_TEST_S + TEST_S - 4, ("emg", 0, 2, 60))]
    seen = calibrate(MvcTests(sites=("LT",)), faults=faults)
    assert seen.refusal() == (UNEQUAL, 0)
    assert nothing_changed(seen)


def test_tension_at_rest_is_refused() -> None:
    seen = calibrate(MvcTests(sites=SITES, tense=True, duration_s=FIRST_TEST_S + 3))
    assert seen.refusal()[0] == NOT_RELAXED
    assert nothing_changed(seen)


def test_a_short_press_cancels_and_keeps_the_old() -> None:
    press_s = FIRST_TEST_S + TEST_S + 7
    seen = calibrate(MvcTests(sites=SITES, presses=((press_s, press_s + 0.1),), duration_s=press_s + 5))
    assert kinds(seen) == ["mvc_begun", "mvc_test", "mvc_test", "calibration_cancelled"]
    assert nothing_changed(seen)


def test_two_presses_at_rest_make_the_series_submaximal() -> None:
    presses = ((7.0, 7.1), (7.2, 7.3))
    seen = calibrate(MvcTests(sites=("UT",), effort=0.5, presses=presses))
    assert [value for name, value in seen.markers if name == "mvc_begun"] == [1000, 500]
    assert seen.settings["mvc_method"] == "submaximal"
    assert seen.settings["mvc_uv_q4"][0] / 16 == pytest.approx(seen.athlete.body.mvc_uv["UT"], rel=0.2)


def test_a_neutral_pose_is_kept_with_when_and_how_good_it_was() -> None:
    """After a cancelled series: hold 1.5 s, stand still."""
    presses = ((7.0, 7.1), (9.0, 10.6))
    seen = calibrate(MvcTests(sites=("LT",), presses=presses, duration_s=15.0))
    assert kinds(seen) == ["mvc_begun", "calibration_cancelled", "neutral_pose"]
    lean_cdeg = seen.settings["neutral_lean_cdeg"]
    assert seen.markers[-1] == ("neutral_pose", max(lean_cdeg))
    assert len(lean_cdeg) == 3 and 100 < max(lean_cdeg) < 2200  # mountings of up to 15 degrees, and the body's own lean
    assert seen.settings["neutral_log"] == 1 and len(seen.settings["mount_q14"]) == 12
    assert nothing_changed(seen)


def test_a_neutral_pose_without_sensors_is_refused_and_the_old_one_kept() -> None:
    presses = ((7.0, 7.1), (9.0, 10.6))
    dead = [(7.5, ("imu", name, "unplugged", 1)) for name in ("thorax", "scapula", "humerus")]
    old = {"mount_q14": [16384, 0, 0, 0] * 3, "heading_q14": [16384, 0, 0, 0] * 3}
    seen = calibrate(MvcTests(sites=("LT",), presses=presses, duration_s=23.0), faults=dead, settings=old)
    assert kinds(seen) == ["mvc_begun", "calibration_cancelled", "neutral_refused"]
    assert {key: seen.settings[key] for key in old} == old


def test_a_set_after_the_tests_is_logged_with_the_new_references() -> None:
    done_s = FIRST_TEST_S + 2 * TEST_S + 2
    presses = ((done_s, done_s + 0.1), (done_s + 4, done_s + 4.1))
    seen = calibrate(MvcTests(sites=("LT",), presses=presses, duration_s=done_s + 8))
    assert seen.logs == ["00001.ulg", "00002.ulg"]
    assert [log["mvc_uv_q4_0"] for log in seen.parameters] == [1000, seen.settings["mvc_uv_q4"][0]]


def test_a_board_without_motion_sensors_in_reach_still_measures() -> None:
    dead = [(0.0, ("imu", name, "unplugged", 1)) for name in ("thorax", "scapula", "humerus")]
    seen = calibrate(MvcTests(sites=("LT",)), faults=dead)
    assert seen.settings["mvc_method"] == "maximal"


@pytest.mark.validate
@pytest.mark.parametrize("seed", range(2, 8))
def test_good_athletes_are_accepted_and_bad_ones_refused(seed: int) -> None:
    seen = calibrate(MvcTests(sites=SITES), seed)
    assert seen.settings["mvc_method"] == "maximal" and seen.reasons == []
    for site, uv_q4 in zip(SITES, seen.settings["mvc_uv_q4"], strict=True):
        assert uv_q4 / 16 == pytest.approx(seen.athlete.body.mvc_uv[site], rel=0.2), site
    short = FIRST_TEST_S + 2 * TEST_S
    off = [(0.0, ("emg", 1, 2, OFF_COUNTS))]
    assert calibrate(MvcTests(sites=SITES, effort=0.12), seed).refusal() == (WEAK, 0)
    assert calibrate(MvcTests(sites=SITES, moving=True, duration_s=short), seed).refusal() == (MOVING, 0)
    assert calibrate(MvcTests(sites=SITES, duration_s=short), seed, faults=off).refusal() == (ELECTRODE, 1)
