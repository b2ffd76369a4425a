"""The ladder down which an empty battery leads: told at each rung, then less of what costs current, at last off.

Percent by the fuel gauge; the rungs are engineering choices. Training takes at most 6 % an hour (hardware/budgets.md),
so the first rung leaves time to finish, and the last enough to close the log.
"""

from rhomboid.drivers import bno08x
from rhomboid.supervision import faults

# raw streams off; weaker cues; sensors at half their rate; the device switches itself off
PERCENT = (15, 10, 6, 3)
_HAPTIC_PERCENT = 60  # of the strength that the athlete has chosen


def take(rung, device, pipeline, log, settings, now_us):
    """What rung 0.. asks for; each is told by the log and felt. Allocates."""
    last = rung == len(PERCENT) - 1
    log.fault(now_us, faults.BATTERY, faults.FLAT if last else faults.LOW, 1)
    if rung == 0:
        log.end_raw()
    elif rung == 1:
        pipeline.patterns.__init__(
            settings["haptic_strength_percent"] * _HAPTIC_PERCENT // 100, settings["cue_patterns"]
        )
    elif rung == 2:
        for imu in device.imus:
            imu.set_interval(2 * bno08x.REPORT_INTERVAL_US)
    pipeline.signal("battery", now_us)
