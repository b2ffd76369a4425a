"""EDF+ and BDF+: the raw EMG in microvolts with annotations, one continuous file.

Both formats want whole records at a constant rate, so frames that the log does not hold are filled with the sentinel
-32768 counts, a value that no converter gives, and every such span is annotated BAD_gap.
"""

import datetime
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.emg_chain import CENTRE_COUNTS, RATE_HZ
from host_tools.analysis.extras import extra
from host_tools.analysis.log_data import UNDEFINED
from host_tools.analysis.raw_emg import FRAME_US, RawEmg
from host_tools.errors import BadInput
from host_tools.export.events import GAP, events, inside
from host_tools.export.source import Source

PHYSICAL_UV = (-33000.0, 32998.99)  # of -32768 and 32767 counts of 1.00708 microvolt, in the 8 characters of a header
DIGITAL = (-32768, 32767)
HARDWARE = "HP:20.8Hz LP:498Hz"  # amplifier, first order each (hardware/, host_tools/stimuli/front_end.py)
_NO_DATE = "the wall time is not known: the header holds EDF's own stand-in, 1985-01-01 00:00:00 and startdate X"


@dataclass(frozen=True)
class Filled:
    """digital: int16 (frames, channels), counts less the centre. gaps: (start_s, duration_s) of what is filled."""

    digital: NDArray[np.int16]
    gaps: list[tuple[float, float]]


def filled(emg: RawEmg) -> Filled:
    """All frames from the first to the last at their places, then up to a whole second."""
    length = -(-emg.span_frames // RATE_HZ) * RATE_HZ
    digital = np.full((length, emg.channels), UNDEFINED, np.int16)
    origin = emg.runs[0].first
    gaps = []
    end = 0
    for run in emg.runs:
        at = run.first - origin
        if at > end:
            gaps.append((end / RATE_HZ, (at - end) / RATE_HZ))
        end = at + len(run.counts)
        digital[at:end] = run.counts - np.int16(CENTRE_COUNTS)
    if length > end:
        gaps.append((end / RATE_HZ, (length - end) / RATE_HZ))
    return Filled(digital, gaps)


def write_edf(source: Source, path: Path, binary24: bool) -> dict[str, Any]:
    """Write EDF+ (BDF+ when binary24); answers the sidecar's part. Raises BadInput, Failed without edfio."""
    edfio = extra("edfio", "EDF+ and BDF+")
    signal_class, file_class = (edfio.BdfSignal, edfio.Bdf) if binary24 else (edfio.EdfSignal, edfio.Edf)
    data = filled(source.emg)
    labels = _labels(source)
    signals = [
        signal_class.from_digital(
            np.ascontiguousarray(data.digital[:, c], np.int32 if binary24 else np.int16),
            RATE_HZ,
            label=labels[c],
            transducer_type="AgAgCl electrodes, MyoWare 2.0 RAW",
            physical_dimension="uV",
            physical_range=PHYSICAL_UV,
            digital_range=DIGITAL,
            prefiltering=HARDWARE,
        )
        for c in range(source.emg.channels)
    ]
    found, outside = inside(source, events(source.log))
    began_us = source.emg.runs[0].start_us
    notes = [edfio.EdfAnnotation(round((e.start_us - began_us) / 1e6, 6), e.duration_s, e.text) for e in found]
    notes += [edfio.EdfAnnotation(start, duration, GAP) for start, duration in data.gaps]
    moment = source.clock.at(began_us)
    if moment is not None and not 1985 <= moment.year <= 2084:
        raise BadInput(f"{source.path}: began in {moment.year}, which EDF cannot hold (1985 to 2084)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says that times below a second make it EDF+, which is what is wanted
        file = file_class(
            signals,
            recording=edfio.Recording(
                startdate=None if moment is None else moment.date(),
                equipment_code="Rhomboid",
                additional=() if moment is None else ("times_in_UTC",),
            ),
            starttime=datetime.time(0) if moment is None else moment.time(),
            data_record_duration=1.0,
            annotations=sorted(notes, key=lambda note: note.onset),
        )
    try:
        file.write(path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror or error}") from error
    return {"done": _done(source, data, outside, moment is None), "gaps_s": data.gaps, "signals": labels}


def _labels(source: Source) -> list[str]:
    """EDF+ names of the signals: type and site, 16 characters of ASCII, each only once."""
    labels: list[str] = []
    for c, site in enumerate(source.log.sites):
        plain = "".join(k if k.isascii() and k.isprintable() else "?" for k in site)
        label = f"EMG {plain}"[:16].rstrip()
        labels.append(label if label not in labels else f"{label[:13]}.{c}")
    return labels


def _done(source: Source, data: Filled, outside: int, undated: bool) -> list[str]:
    emg = source.emg
    done = [
        f"Raw EMG, {emg.frames} frames at 1000 Hz as sampled: not resampled, not filtered; counts less 8190, "
        "1.00708 microvolt each.",
        "Start time and annotations count from the first frame; the start time is UTC.",
    ]
    if undated:
        done.append(_NO_DATE[0].upper() + _NO_DATE[1:] + ".")
    if data.gaps:
        total = sum(duration for _, duration in data.gaps)
        done.append(
            f"{len(data.gaps)} spans, {total:.3f} s in all, hold no data (lost frames, and the rest of the last "
            f"second): filled with the digital value {UNDEFINED} and annotated {GAP}."
        )
    if emg.disorder:
        done.append(f"{emg.disorder} blocks were left out: their number or time goes backward.")
    if outside:
        done.append(f"{outside} events lie before or after the raw EMG and are not in the file.")
    drift = _drift_us(emg)
    if drift > 2000:
        done.append(f"The times of the blocks leave the 1 kHz grid by up to {drift / 1000:.1f} ms.")
    return done


def _drift_us(emg: RawEmg) -> int:
    first = emg.runs[0]
    return max(abs(run.start_us - first.start_us - FRAME_US * (run.first - first.first)) for run in emg.runs)
