"""The feature vector: what one 10 ms tick knows about the body, as one flat array('i').

tracking and activation write it, coaching and recording read it. Units stand in the names: _CDEG is 1/100 degree,
_CDEG_S 1/100 degree per second, _UV_Q4 microvolt/16, _PERMILLE per mille of MVC, _Q8 a ratio times 256.
A value that is not known is UNDEFINED, never 0.
"""

from micropython import const

COUNT = const(48)
UNDEFINED = const(-32768)

# ISB angles (Wu et al. 2005), absolute; order as in the log topic segment_angles
INTERNAL_ROTATION_CDEG = const(0)
UPWARD_ROTATION_CDEG = const(1)
POSTERIOR_TILT_CDEG = const(2)
HUMERAL_ELEVATION_CDEG = const(3)
PLANE_OF_ELEVATION_CDEG = const(4)
THORAX_FLEXION_CDEG = const(5)
THORAX_LATERAL_CDEG = const(6)
THORAX_ROTATION_CDEG = const(7)
# derived by tracking
HUMERAL_FLEXION_CDEG = const(8)  # signed, in the sagittal plane of the thorax, forward positive
ELEVATION_RATE_CDEG_S = const(9)
SCAPULA_RATE_CDEG_S = const(10)
# change from the personal neutral pose
INTERNAL_ROTATION_CHANGE_CDEG = const(11)
UPWARD_ROTATION_CHANGE_CDEG = const(12)
POSTERIOR_TILT_CHANGE_CDEG = const(13)
RETRACTION_CDEG = const(14)  # minus the change of internal rotation: drive of a retraction
FLAGS = const(15)

# activation, one cell per EMG channel in the order of the setting emg_sites
ENVELOPE_0_UV_Q4 = const(16)
MVC_0_PERMILLE = const(20)
QUALITY_0 = const(24)
UT_LT_Q8 = const(28)
UT_MT_Q8 = const(29)
LAT_MT_Q8 = const(30)

# repetition, written by tracking/repetitions and coaching
PHASE = const(31)
UPWARD_DEFICIT_CDEG = const(32)  # expected minus measured upward rotation at this elevation
SCAPULA_LEAD_MS = const(33)  # arm motion minus first LT/MT onset of this repetition; negative = arm first
# derived by tracking, as HUMERAL_FLEXION_CDEG: part of the elevation that goes out to the side
HUMERAL_ABDUCTION_CDEG = const(34)
# per EMG channel: ticks when the muscle rose over its own level, -1 while it has not; written by activation
RISE_0_US = const(36)

# optional segments
PELVIS_FLEXION_CDEG = const(40)
HEAD_FLEXION_CDEG = const(41)

# bits of FLAGS
FLAG_REFERENCE_MISSING = const(1)
FLAG_HEADING_LOST = const(2)
FLAG_OUT_OF_RANGE = const(4)
FLAG_PULSE = const(8)
FLAG_THORAX_DEAD = const(16)
FLAG_SCAPULA_DEAD = const(32)
FLAG_HUMERUS_DEAD = const(64)

# bits of QUALITY_n
QUALITY_RAIL = const(1)
QUALITY_FLAT = const(2)
QUALITY_ELECTRODE_OFF = const(4)
QUALITY_CLIPPING = const(8)
QUALITY_MAINS = const(16)
QUALITY_MOTION = const(32)
QUALITY_ECG = const(64)
QUALITY_SETTLING = const(128)

# values of PHASE
PHASE_REST = const(0)
PHASE_CONCENTRIC = const(1)
PHASE_ISOMETRIC = const(2)
PHASE_ECCENTRIC = const(3)
