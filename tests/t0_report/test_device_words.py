from host_tools.report.device_words import device_words
from host_tools.report.session import view
from tests.t0_report.logs import NAMES, log, records, us

MARKS = ["set_begin", "set_end", "fatigue", "set_summary", "plan_set", "mobility", "signal"]


def noted(*marks: tuple[str, int]):
    rows = [
        {"timestamp": us(2 + k), "kind": MARKS.index(kind), "value": value} for k, (kind, value) in enumerate(marks)
    ]
    made = log(names=NAMES | {"markers": MARKS}, topics=dict(log().topics) | {"marker": records(rows)})
    return made, [row.cells[1].text for row in device_words(made).rows]


def test_what_the_device_noted_is_told_in_words_and_pulses_are_not() -> None:
    made, said = noted(
        ("fatigue", 20_950), ("set_summary", 2), ("plan_set", 1_020_304), ("mobility", 825), ("signal", 3)
    )
    assert said == [
        "Tired: end the set (fatigue index 95 %)",
        "After the set: let the upper shoulder go",
        "Plan: block 2, session 3, exercise 4, set 5",
        "Of the range that the exercise needs, 82 % was reached",
    ]
    assert len(view(made).noted.rows) == 4


def test_advice_that_the_report_does_not_know_is_no_error() -> None:
    assert noted(("fatigue", 90_000))[1] == ["Tired: advice 9 (fatigue index 0 %)"]
