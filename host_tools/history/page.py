"""The history as one HTML page: no script, no network; charts are inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from host_tools.analysis import words
from host_tools.errors import BadInput
from host_tools.history.adherence import Adherence, adherence
from host_tools.history.catalogue import Built, connect
from host_tools.history.measures import MOBILITY

_WIDTH, _HEIGHT, _EDGE = 320, 70, 6
_NO_RPE = "not known: {} of its sessions have no RPE (add it with rhomboid note)"


_PLAIN = {
    "concentric": "way out",
    "isometric": "hold",
    "eccentric": "return",
    "blade per arm elevation": "rhythm: blade per arm",
}
_UNITS = {"deg": "°", "deg/s": "°/s", "deg/deg": "° per °"}


@dataclass(frozen=True)
class Progress:
    title: str
    begun: str
    latest: str
    change: str
    sdd95: str
    verdict: str
    workouts: int
    chart: Markup


def write_page(
    folder: Path,
    built: Built,
    out: Path,
    plan: Path | None = None,
    plan_begins: str | None = None,
    athlete: str | None = None,
) -> None:
    """plan: what to compare with (adherence.py). Raises BadInput when `out` cannot be written or the plan not used."""
    with connect(folder) as base:
        kept = adherence(base, plan, plan_begins, athlete) if plan else None
        text = _render(base, folder, built, kept)
    unfinished = out.with_name(out.name + ".part")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(out)
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror or error}") from error


def _render(base: Any, folder: Path, built: Built, kept: Adherence | None) -> str:
    environment = Environment(
        loader=PackageLoader("host_tools.history"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    facts = _rows(
        base,
        "SELECT count(*) AS workouts, count(day) AS dated, min(day) AS first, max(day) AS last, "
        "coalesce(sum(repetitions), 0) AS repetitions FROM workouts WHERE skipped IS NULL",
    )[0]
    progress = _progress(base)
    changed = [(who, m) for who, rows in progress.items() for m in rows if m.verdict.startswith("beyond")]
    return environment.get_template("history.html").render(
        folder=folder.name or str(folder),
        facts=facts,
        progress=progress,
        changed=[f"{who}: {m.title} {m.change} ({m.begun} to {m.latest})" for who, m in changed],
        weeks=_weeks(base),
        kept=kept,
        emg_weeks=_emg_weeks(base),
        mobility=_mobility(base),
        hard=_hard(base),
        symmetry=_symmetry(base),
        recent=_recent(base),
        skipped=sorted(built.skipped.items()),
    )


def _rows(base: Any, query: str, given: Sequence[object] = ()) -> list[dict[str, Any]]:
    found = base.execute(query, list(given))
    names = [item[0] for item in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _progress(base: Any) -> dict[str, list[Progress]]:
    """Per athlete, side and exercise, in the order of the measures."""
    points: dict[tuple[Any, ...], list[float]] = {}
    for row in _rows(
        base,
        "SELECT w.athlete, w.side, m.exercise, m.name, m.value FROM measures m JOIN workouts w USING (file) "
        "WHERE m.value IS NOT NULL AND w.began IS NOT NULL ORDER BY w.began",
    ):
        points.setdefault((row["athlete"], row["side"], row["exercise"], row["name"]), []).append(row["value"])
    groups: dict[str, list[Progress]] = {}
    query = "FROM progress WHERE exercise <> ? ORDER BY athlete, side, exercise, name"
    for row in _rows(base, query, [MOBILITY]):
        who = ", ".join(filter(None, (row["athlete"], words.exercise(row["exercise"]), row["side"])))
        values = points[(row["athlete"], row["side"], row["exercise"], row["name"])]
        unit = row["unit"]
        groups.setdefault(who, []).append(
            Progress(
                _PLAIN.get(row["name"], row["name"]),
                _number(row["begun"], unit),
                _number(row["latest"], unit),
                _number(row["change"], unit, sign=True) if row["workouts"] >= 6 else "",
                _number(row["sdd95"], unit) if row["sdd95"] is not None else "not known",
                row["verdict"],
                row["workouts"],
                _chart(values, row["begun"], row["sdd95"]),
            )
        )
    return groups


def _weeks(base: Any) -> list[dict[str, Any]]:
    """The last twelve weeks of each athlete, each ending on the weekday of the last session."""
    rows = _rows(base, "FROM last_weeks ORDER BY athlete, day DESC")
    for row in rows:
        short = "not known: less than seven days of history"
        reason = _NO_RPE.format(row["untold"]) if row["untold"] else short
        row["load"] = reason if row["load"] is None else f"{row['load']:.0f}"
        same = "not known: every day alike" if row["load"] != reason else reason
        row["monotony"] = same if row["monotony"] is None else f"{row['monotony']:.2f}"
        row["strain"] = same if row["strain"] is None else f"{row['strain']:.0f}"
    return rows


def _emg_weeks(base: Any) -> dict[str, dict[str, Any]]:
    """Per athlete, side and muscle the last four weeks, the newest first."""
    found: dict[str, dict[str, Any]] = {}
    for row in _rows(
        base,
        "FROM weekly_emg_load QUALIFY dense_rank() OVER (PARTITION BY athlete ORDER BY day DESC) <= 4 "
        "ORDER BY athlete, side, site, day DESC",
    ):
        who = ", ".join(filter(None, (row["athlete"], words.site(row["site"]), row["side"])))
        load = "not known" if row["load"] is None else f"{row['load'] / 1000:.1f}"
        found.setdefault(who, {})[str(row["day"])] = load
    return found


def _mobility(base: Any) -> list[dict[str, Any]]:
    rows = _rows(base, "FROM progress WHERE exercise = ? ORDER BY athlete, side, name", [MOBILITY])
    for row in rows:
        unit = row["unit"]
        row["change"] = _number(row["change"], unit, sign=True) if row["workouts"] >= 6 else "not known"
        row["begun"], row["latest"] = _number(row["begun"], unit), _number(row["latest"], unit)
        row["sdd95"] = "not known" if row["sdd95"] is None else _number(row["sdd95"], unit)
    return rows


def _hard(base: Any) -> list[dict[str, Any]]:
    rows = _rows(base, "FROM days_since_hard ORDER BY athlete, site, side")
    for row in rows:
        never = "never in this history"
        row["site"] = words.site(row["site"])
        row["since"] = (
            never if row["days"] is None else f"{row['days']} days before the last workout ({row['last_hard']})"
        )
    return rows


def _symmetry(base: Any) -> list[dict[str, Any]]:
    rows = _rows(
        base,
        "FROM symmetry QUALIFY row_number() OVER (PARTITION BY athlete, exercise, name ORDER BY day DESC) = 1 "
        "ORDER BY athlete, exercise, name",
    )
    for row in rows:
        row["exercise"] = words.exercise(row["exercise"])
        row["left_value"], row["right_value"] = (
            _number(row["left_value"], row["unit"]),
            _number(row["right_value"], row["unit"]),
        )
        row["symmetry"] = "not known" if row["symmetry"] is None else f"{row['symmetry']:.0f}"
    return rows


def _recent(base: Any) -> list[dict[str, Any]]:
    return _rows(
        base, "SELECT * FROM workouts WHERE skipped IS NULL ORDER BY began DESC NULLS LAST, file DESC LIMIT 50"
    )


def _number(value: float, unit: str, sign: bool = False) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")
    return f"{text} {_UNITS.get(unit, unit)}".strip()


def _chart(values: Sequence[float], begun: float, sdd95: float | None) -> Markup:
    """The values over the workouts in order; the band is the beginning ± SDD95."""
    low, high = min(values), max(values)
    if sdd95 is not None:
        low, high = min(low, begun - sdd95), max(high, begun + sdd95)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return _HEIGHT - _EDGE - (value - low) / span * (_HEIGHT - 2 * _EDGE)

    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    places = [(_EDGE + k * step, y(value)) for k, value in enumerate(values)]
    band = ""
    if sdd95 is not None:
        top, bottom = y(begun + sdd95), y(begun - sdd95)
        band = f'<rect class="band" x="0" width="{_WIDTH}" y="{top:.1f}" height="{bottom - top:.1f}"/>'
    line = " ".join(f"{x:.1f},{v:.1f}" for x, v in places)
    x, v = places[-1]
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="course over {len(values)} workouts">{band}'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{v:.1f}" r="3"/></svg>'
    )
