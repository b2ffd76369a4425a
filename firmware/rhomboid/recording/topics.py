"""What the log holds: topics, fields and ULog types, as data. Every record begins with `timestamp`, uint64 device us.

A field is (name, ULog type, count); the counts CHANNELS and BLOCK_SAMPLES stand for the number of EMG channels and for
channels x EMG_BLOCK_FRAMES. Angles are 1/100 degree, UNDEFINED (-32768) where a value is not known.
"""

from micropython import const

from rhomboid import features
from rhomboid.recording.buffer import EVENT, FEATURE, RAW

CHANNELS = const(-1)
BLOCK_SAMPLES = const(-2)
EMG_BLOCK_FRAMES = const(10)  # frames of 1 ms in one raw_emg record

# identifiers (ULog msg_id) of the topics, also their order in TOPICS
SEGMENT_ANGLES = const(0)
EMG_ENVELOPE = const(1)
ACTIVATION = const(2)
FATIGUE = const(3)
RAW_EMG = const(4)
RAW_QUATERNION = const(5)
REPETITION = const(6)
CUE = const(7)
MARKER = const(8)
FAULT = const(9)
HEALTH = const(10)
HEADING_CORRECTION = const(11)
CHECKPOINT = const(12)

TOPICS = (
    (
        "segment_angles",
        FEATURE,
        (
            ("internal_rotation", "int16_t", 1),
            ("upward_rotation", "int16_t", 1),
            ("posterior_tilt", "int16_t", 1),
            ("humeral_elevation", "int16_t", 1),
            ("plane_of_elevation", "int16_t", 1),
            ("thorax_flexion", "int16_t", 1),
            ("thorax_lateral", "int16_t", 1),
            ("thorax_rotation", "int16_t", 1),
            ("flags", "uint16_t", 1),  # FLAG_* of features.py
        ),
    ),
    (
        "emg_envelope",
        FEATURE,
        (
            ("uv_q4", "uint16_t", CHANNELS),  # microvolt/16, saturating at 4096 uV
            ("mvc_permille", "int16_t", CHANNELS),
            ("quality", "uint8_t", CHANNELS),  # QUALITY_* of features.py
        ),
    ),
    ("activation", FEATURE, (("ut_lt_q8", "int16_t", 1), ("ut_mt_q8", "int16_t", 1), ("lat_mt_q8", "int16_t", 1))),
    (
        "fatigue",
        EVENT,
        (
            ("site", "uint8_t", 1),  # channel number
            ("mdf_hz_q8", "uint16_t", 1),
            ("rms_q4", "uint16_t", 1),
            ("mvc_permille", "int16_t", 1),
            # ms before the record at which its two stretches of 512 ms began, the newest first; 0 = there was none
            ("pair_ms", "uint16_t", 2),
        ),
    ),
    (
        "raw_emg",
        RAW,
        (
            ("sequence", "uint32_t", 1),  # number of the block's first frame since power-on, lost frames included
            ("samples", "int16_t", BLOCK_SAMPLES),  # counts, [frame][channel]; UNDEFINED pads a block cut by a gap
        ),
    ),
    (
        "raw_quaternion",
        RAW,
        (
            ("segment", "uint8_t", 1),
            ("w", "int16_t", 1),
            ("x", "int16_t", 1),
            ("y", "int16_t", 1),
            ("z", "int16_t", 1),
            ("sensor_us", "uint64_t", 1),  # when the sensor sampled, in device time
        ),
    ),
    (
        "repetition",
        EVENT,
        (
            ("index", "uint16_t", 1),
            ("exercise", "uint8_t", 1),  # position in the log's list of exercises
            ("start_us", "uint64_t", 1),
            ("concentric_ms", "uint32_t", 1),
            ("isometric_ms", "uint32_t", 1),
            ("eccentric_ms", "uint32_t", 1),
            ("range_cdeg", "int16_t", 1),
            ("peak_permille", "int16_t", CHANNELS),
            ("mean_permille", "int16_t", CHANNELS),
            ("onset_us", "int32_t", CHANNELS),  # after start_us; negative = before; UNDEFINED = none
            ("verdict", "uint32_t", 1),  # bit n = rule n of the log's list of rules
        ),
    ),
    (
        "cue",
        EVENT,
        (
            ("rule", "uint8_t", 1),
            ("tactor", "uint8_t", 1),
            ("pattern", "uint8_t", 1),
            ("value", "int32_t", 1),  # of the rule's measure, in its unit, when the cue was decided
            ("decided_us", "uint64_t", 1),
            ("started_us", "uint64_t", 1),
        ),
    ),
    ("marker", EVENT, (("kind", "uint8_t", 1), ("value", "int32_t", 1))),
    (
        "fault",
        EVENT,
        (
            ("part", "uint8_t", 1),
            ("code", "uint8_t", 1),
            ("began_us", "uint64_t", 1),
            ("ended_us", "uint64_t", 1),  # 0 = still there when the log ended
        ),
    ),
    (
        "health",
        FEATURE,
        (
            ("loop_p50", "uint32_t", 1),  # us
            ("loop_p99", "uint32_t", 1),
            ("loop_max", "uint32_t", 1),
            ("overruns", "uint32_t", 1),
            ("gaps", "uint32_t", 1),  # EMG frames lost since power-on
            ("imu_rate", "uint16_t", 3),  # reports per second: thorax, scapula, humerus
            ("free_heap", "uint32_t", 1),  # bytes
            ("battery_mv", "uint16_t", 1),
            ("battery_permille", "int16_t", 1),
            ("faults_open", "uint8_t", 1),  # a log cut during a fault has no fault record, but this
            ("features_thinned", "uint32_t", 1),  # records left out going from 20 to 5 Hz, since the log began
            ("features_dropped", "uint32_t", 1),  # records written, then given up for newer ones
            ("raw_dropped", "uint32_t", 1),
            ("events_dropped", "uint32_t", 1),
        ),
    ),
    ("heading_correction", EVENT, (("segment", "uint8_t", 1), ("cdeg", "int16_t", 1))),
    # CRC-32 (as in zlib) of all `bytes` from the end of the checkpoint before to this record's own crc32 field
    ("checkpoint", EVENT, (("sequence", "uint32_t", 1), ("bytes", "uint32_t", 1), ("crc32", "uint32_t", 1))),
)

# optional segments: appended to segment_angles when their sensor exists
OPTIONAL_ANGLES = (
    ("pelvis_flexion", features.PELVIS_FLEXION_CDEG),
    ("head_flexion", features.HEAD_FLEXION_CDEG),
)

# cells of the feature vector that the three feature topics copy, field by field
FEATURE_CELLS = (
    (
        features.INTERNAL_ROTATION_CDEG,
        features.UPWARD_ROTATION_CDEG,
        features.POSTERIOR_TILT_CDEG,
        features.HUMERAL_ELEVATION_CDEG,
        features.PLANE_OF_ELEVATION_CDEG,
        features.THORAX_FLEXION_CDEG,
        features.THORAX_LATERAL_CDEG,
        features.THORAX_ROTATION_CDEG,
        features.FLAGS,
    ),
    (features.ENVELOPE_0_UV_Q4, features.MVC_0_PERMILLE, features.QUALITY_0),
    (features.UT_LT_Q8, features.UT_MT_Q8, features.LAT_MT_Q8),
)
