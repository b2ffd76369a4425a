"""What a stimulus is: the orientation of segments and the EMG of sites as functions of time.

Time is content time in seconds: 0 is where the recording or the athlete's workout begins; what comes before (the
lead-in, t < 0) and after (t > duration_s) a source has to answer too.
"""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

Array = npt.NDArray[np.float64]

SEGMENTS = ("thorax", "scapula", "humerus")
# Electrode sites that a channel can carry (design section 5); MT is middle trapezius and rhomboid together
SITES = ("UT", "MT", "LT", "LAT", "SA")


class EmgSignal(Protocol):
    """The voltage at one site, read in blocks that follow one another."""

    def read(self, count: int) -> Array:
        """The next `count` samples in microvolts, shape (count,)."""
        ...


class Source(Protocol):
    """Where the virtual sensors get the body from."""

    duration_s: float

    def orientation(self, segment: str, t_s: Array) -> Rotation:
        """Segment to laboratory (Z up) at the ascending times t_s, shape (n,); one rotation per time."""
        ...

    def emg(self, site: str, first_s: float, rate_hz: float) -> EmgSignal:
        """The signal of a site on the grid first_s + k / rate_hz."""
        ...
