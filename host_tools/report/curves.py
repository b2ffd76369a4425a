"""Which traces the report shows, from the topics of the log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.report.charts import Curve, Trace

SCAPULA = (
    ("internal_rotation", "internal rotation"),
    ("upward_rotation", "upward rotation"),
    ("posterior_tilt", "posterior tilt"),
)
ARM = (("humeral_elevation", "elevation"), ("plane_of_elevation", "plane of elevation"))
THORAX = (("thorax_flexion", "flexion"), ("thorax_lateral", "side bend"), ("thorax_rotation", "rotation"))
RATIOS = (("ut_lt_q8", "UT/LT"), ("ut_mt_q8", "UT/MT"), ("lat_mt_q8", "LAT/MT"))

NO_RATIO = "of every ratio a muscle is not worn, has no MVC or never worked at 4 % of it"
NO_ANGLES = "this log holds no such angles"


def traces(log: LogData) -> list[Trace]:
    return [
        _angles(log, "Shoulder blade against the thorax", SCAPULA, "retraction lowers internal rotation"),
        _angles(
            log, "Arm against the thorax", ARM, "plane 0 to the side, +90 forward; not known under 10° of elevation"
        ),
        _angles(log, "Thorax", THORAX, "forward, and toward the worn side, are positive"),
        _muscles(log),
        _ratios(log),
    ]


def _angles(log: LogData, title: str, fields: tuple[tuple[str, str], ...], note: str) -> Trace:
    curves = []
    for name, label in fields:
        raw = log.column("segment_angles", name)
        if raw is not None:
            curves.append(Curve(label, _without_wraps(raw), 0.01))
    return _trace(log, "segment_angles", Trace(title, "°", note=note, pad=2.0), curves, NO_ANGLES)


def _muscles(log: LogData) -> Trace:
    """Envelopes in % MVC when every muscle has a reference, else in microvolts."""
    normalised = [log.column("emg_envelope", f"mvc_permille[{c}]") for c in range(len(log.sites))]
    if normalised and all(raw is not None and _known(raw) for raw in normalised):
        unit, scale, note, columns = "% MVC", 0.1, "share of each muscle's own maximal contraction", normalised
    else:
        unit, scale, note = "µV", 1 / 16, "in microvolts, because not every muscle has a reference contraction (MVC)"
        columns = [log.column("emg_envelope", f"uv_q4[{c}]") for c in range(len(log.sites))]
    curves = [Curve(site, raw, scale) for site, raw in zip(log.sites, columns, strict=True) if raw is not None]
    trace = Trace("Muscle activity (envelope)", unit, note=note, starts_at_zero=True)
    return _trace(log, "emg_envelope", trace, curves, "this log holds no muscle signals")


def _ratios(log: LogData) -> Trace:
    curves = []
    for name, label in RATIOS:
        raw = log.column("activation", name)
        if raw is not None and _known(raw):
            curves.append(Curve(label, raw, 1 / 256))
    trace = Trace(
        "Muscles against each other",
        "ratio",
        note="of % MVC; shown only while the second muscle works at 4 % MVC or more",
        starts_at_zero=True,
        pad=0.1,
    )
    return _trace(log, "activation", trace, curves, NO_RATIO)


def _without_wraps(cdeg: NDArray[Any]) -> NDArray[Any]:
    """A gap where an angle goes over 180 degrees to -180, which is no movement."""
    shown = cdeg.copy()
    steps = np.abs(np.diff(cdeg.astype(np.int32))) > 18_000
    shown[1:][steps & (cdeg[1:] != UNDEFINED) & (cdeg[:-1] != UNDEFINED)] = UNDEFINED
    return shown


def _known(raw: NDArray[Any]) -> bool:
    return bool(np.any(raw != UNDEFINED))


def _trace(log: LogData, topic: str, trace: Trace, curves: Sequence[Curve], missing: str) -> Trace:
    if not any(np.any(curve.known) for curve in curves):
        return replace(trace, missing=missing)
    return replace(trace, topic=topic, t_s=log.times(topic), curves=curves)
