"""Swimming stroke on a dry-land bench or with bands, a continuous activity; never in water."""

from rhomboid import features as f

EXERCISE = {
    "name": "swim_bench",
    "title": "Swimming stroke, dry land",
    "about": "Reach long, set the shoulder blade, pull past the hip; recover relaxed.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 4000,
    "range_cdeg": 10000,
    "continuous": True,
    "tempo_ms": {"concentric": (900, 50), "eccentric": (1000, 60)},
    "order": ("LAT", "LT", "humerus"),
    "rules": [
        ("ut_lt_ratio", {"own": (154, 77, 230)}),
        # the latissimus drives the stroke
        ("lat_dominance", {"own": (320, 200, 384)}),
        ("range_reduced", {"spread": 350}),
    ],
    # the stroke turns the trunk: 40 of the 45 degrees that are normal to one side (domain 1.5), here both together
    "mobility": {"HUMERAL_ELEVATION_CDEG": 15000, "THORAX_ROTATION_CDEG": 4000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratios of pulldown); stroke times and own values are engineering choices",
}
