from host_tools.analysis.sets import Span, sets
from tests.t0_report.logs import log, records, repetition


def test_sets_are_what_lies_between_the_marks() -> None:
    assert sets(log()) == [Span(2.0, 16.0)]


def test_without_marks_a_count_that_starts_again_begins_another_set() -> None:
    rows = [repetition(4, index=1), repetition(10, index=2), repetition(16, index=1), repetition(22, index=2)]
    angles = log().topics["segment_angles"]
    found = sets(log(topics={"segment_angles": angles, "repetition": records(rows)}))
    assert found == [Span(4.0, 14.0), Span(16.0, 26.0)]


def test_a_set_that_the_log_did_not_see_end_lasts_to_its_end() -> None:
    marker = {"timestamp": log().topics["marker"]["timestamp"][:1], "kind": [0], "value": [0]}
    cut = log(topics=log().topics | {"marker": marker})
    assert sets(cut) == [Span(2.0, cut.duration_s)]
