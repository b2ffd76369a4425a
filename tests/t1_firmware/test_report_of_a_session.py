from pathlib import Path

from host_tools.analysis.training_log import read
from host_tools.report.session import view
from host_tools.report.write import write_report
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import LOG, run_session


def test_the_report_of_a_session_tells_what_the_log_holds(tmp_path: Path) -> None:
    session = run_session(prepare(Request(athlete="shrug", duration_s=40)), tmp_path / "out")
    log = session.folder / LOG
    shown = view(read(log))
    assert len(shown.movement.rows) == session.summary["repetitions"] > 0
    assert len(shown.cues.rows) == sum(session.summary["cues"].values())
    assert not any(chart.missing for chart in shown.traces)
    write_report([log], tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<article") == 1
