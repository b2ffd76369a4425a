"""What the rules of rule_library.py mean, for people: read by the report and `rhomboid cues`, never on the device.

WORDS: rule -> (the fault in plain words, the cue as an instruction, where the band comes from: section of domain.md, or
"engineering choice" with the reason).
"""

WORDS: dict = {
    "arm_before_scapula": (
        "the arm moved before the lower or middle trapezius was active",
        "set the shoulder blade first, then move",
        "no earlier than the arm is the definition; onset error 40 ms (domain 2.3) is the uncertainty",
    ),
    "scapula_lost": (
        "the shoulder blade tipped forward or did not turn upward with the arm",
        "keep the shoulder blade set",
        "domain 3: +-8 degrees; domain 1.2: SDD95 8-9 degrees; expected values from domain 1.4",
    ),
    "winging": (
        "the inner edge of the shoulder blade came away: too much internal rotation with the arm up",
        "keep the shoulder blade set",
        "domain 3: +-8 degrees; domain 1.4: internal rotation stays within 1-6 degrees over elevation",
    ),
    "control_lost": (
        "the inner edge of the shoulder blade came away on the way back",
        "keep the shoulder blade set",
        "domain 1.4: internal rotation stays within 1-6 degrees over elevation; 6.5 is an engineering choice",
    ),
    "retraction_lost": (
        "the shoulder blade was not drawn back at the end of the pull",
        "keep the shoulder blade set",
        "domain 3: +-8 degrees; drawn back by 15 degrees of the 19 of domain 7: engineering choice",
    ),
    "shrug": (
        "the shoulder went up: more upward rotation than the arm needs, upper trapezius in the lead",
        "shoulders down, away from the ears",
        "domain 1.4: a shrug turns the scapula 16-19 degrees up; domain 1.5: with the UT share up; 3: +-8",
    ),
    "ut_lt_ratio": (
        "the upper trapezius worked too much against the lower trapezius",
        "let the upper shoulder go",
        "domain 2.4: optimal < 0.6, good 0.6-0.8; 33 % over the own ratio is an engineering choice",
    ),
    "ut_mt_ratio": (
        "the upper trapezius worked too much against the middle trapezius and rhomboids",
        "let the upper shoulder go",
        "no published band (domain 8): the same as UT/LT around the own ratio, engineering choice",
    ),
    "lat_dominance": (
        "the latissimus did the work of the middle back",
        "less arm and latissimus, more middle back",
        "domain 2.4: LAT/MTR 1.01-1.15 in rows and pulldowns; 33 % over the own ratio: engineering choice",
    ),
    "thorax_extension": (
        "the trunk leaned back during the effort",
        "keep the trunk still",
        "domain 1.5: thorax pitch change > ~10 degrees; domain 3: +-8",
    ),
    "thorax_lean": (
        "the trunk leaned sideways during the effort",
        "keep the trunk still",
        "domain 3: +-8 degrees",
    ),
    "thorax_rotation": (
        "the trunk turned during the effort",
        "keep the trunk still",
        "domain 1.5: thoracic rotation MDC 2-6 degrees; domain 3: +-8",
    ),
    "pelvis_tips": (
        "the low back hollowed or rounded during the effort",
        "keep the trunk still",
        "domain 3: +-8 degrees; needs the optional pelvis sensor",
    ),
    "head_forward": (
        "the head went forward during the effort",
        "keep the trunk still",
        "domain 3: +-8; 10 for the more mobile neck: engineering choice; needs the optional head sensor",
    ),
    "eccentric_fast": (
        "the way back was too fast for the tempo",
        "slower: let the weight down under control",
        "domain 4: tempo notation, eccentric 2 s; 28 % of the share is an engineering choice",
    ),
    "concentric_fast": (
        "the way out was too fast for the tempo",
        "slower: let the weight down under control",
        "domain 4: concentric 1-2 s (ACSM); 39 % of the share is an engineering choice",
    ),
    "range_reduced": (
        "the movement was shorter than the athlete's own range",
        "the whole way, or end the set",
        "31 % is three times a natural 10 % spread of amplitude, engineering choice",
    ),
    "slouched": (
        "the trunk sat bent forward for a while",
        "grow tall again",
        "domain 1.5: a threshold of 10 degrees raises UT activity, 20 does not; domain 3: delay 5 s",
    ),
    "leaning": (
        "the trunk leaned to one side for a while",
        "grow tall again",
        "domain 1.5: not below 10 degrees; 15 and twice the delay are an engineering choice",
    ),
    "rounded": (
        "the shoulder blade stayed tipped forward for a while",
        "draw the shoulder blades back once",
        "domain 1.2: SDD95 8-9 degrees; 10 and twice the delay are an engineering choice",
    ),
    "hold_short": (
        "the hold ended early",
        "hold still and longer, or end the set",
        "44 % under the target, engineering choice (natural spread 15 %)",
    ),
    "hold_drift": (
        "the shoulder blade slid away during the hold",
        "hold still and longer, or end the set",
        "domain 3: +-8, and half a degree; domain 1.2: under 5 degrees is within re-placement error",
    ),
    "hold_tremor": (
        "the shoulder blade trembled during the hold",
        "hold still and longer, or end the set",
        "domain 4: a hold is a rate under 5 deg/s",
    ),
    "hold_fade": (
        "the lower and middle trapezius let go during the hold",
        "hold still and longer, or end the set",
        "45 % under the first second of the hold, three spreads of a 0.64 s mean: engineering choice",
    ),
}
