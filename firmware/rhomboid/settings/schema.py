"""What the settings are: kinds, ranges, units and defaults as data, and the check that answers with a message.

Settings are a dict of integers, strings, lists and, for the bands of the rules, a dict. Keys that this version does not
know are kept as they are: an older or newer firmware may.
"""

SCHEMA = 2

INTEGER = "integer"
CHOICE = "choice"
NAME = "name"
INTEGERS = "integers"
QUATERNIONS = "quaternions"
SITES = "sites"
BANDS = "bands"
PATTERNS = "patterns"

SIDES = ("right", "left")
SITE_NAMES = ("UT", "MT", "LT", "LAT", "SA")
MVC_METHODS = ("none", "assumed", "maximal", "submaximal")
_UNIT_Q14 = 16384
_MOST = (1 << 30) - 1  # integers that no interpreter has to allocate


class Setting:
    """One entry. low..high: range of the value or of each item; items: permitted lengths of a list."""

    def __init__(self, key, kind, default, unit="", low=0, high=_MOST, choices=(), items=()):
        self.key = key
        self.kind = kind
        self.default = default
        self.unit = unit
        self.low = low
        self.high = high
        self.choices = choices
        self.items = items

    def problem(self, value):
        """What is wrong with `value`, in words with the permitted range; "" when it is right."""
        if self.kind == INTEGER:
            return self._integer_problem(value)
        if self.kind == CHOICE:
            return "" if value in self.choices else "%s is none of %s" % (_shown(value), _listed(self.choices))
        if self.kind == NAME:
            return "" if isinstance(value, str) and 0 < len(value) <= 32 else "%s is not a name" % _shown(value)
        if self.kind == BANDS:
            return _bands_problem(value)
        if self.kind == PATTERNS:
            return _patterns_problem(value)
        if not isinstance(value, list):
            return "%s is not a list" % _shown(value)
        if self.items and len(value) not in self.items:
            return "has %d items, not %s" % (len(value), _listed(self.items))
        if self.kind == SITES:
            return _sites_problem(value)
        for k in range(len(value)):
            problem = self._integer_problem(value[k])
            if problem:
                return "item %d: %s" % (k, problem)
        return _quaternions_problem(value) if self.kind == QUATERNIONS else ""

    def permitted(self):
        """What a value may be, in words with range and unit."""
        text = {NAME: "a name", BANDS: "{rule: [low, high, ...]}", PATTERNS: _PATTERN, SITES: _listed(SITE_NAMES)}.get(
            self.kind, ""
        )
        if not text:
            text = _listed(self.choices) if self.choices else "%d..%d" % (self.low, self.high)
        if self.items:
            text = "list of %s items: %s" % (_listed(self.items), text)
        return text + " " + self.unit if self.unit else text

    def _integer_problem(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            return "%s is not an integer" % _shown(value)
        if self.choices and value not in self.choices:
            return "%d is none of %s" % (value, _listed(self.choices))
        if not self.low <= value <= self.high:
            return "%d is outside %d..%d%s" % (value, self.low, self.high, " " + self.unit if self.unit else "")
        return ""


def _shown(value):
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _listed(choices):
    return ", ".join([str(choice) for choice in choices])


def _sites_problem(sites):
    for site in sites:
        if site not in SITE_NAMES:
            return "%s is none of %s" % (_shown(site), _listed(SITE_NAMES))
        if sites.count(site) > 1:
            return "%s stands there twice" % site
    return ""


def _quaternions_problem(values):
    """Q14 quaternions must have length 1 within 1 %: rounding makes 0.01 %, anything more is not a rotation."""
    for k in range(0, len(values), 4):
        square = sum([value * value for value in values[k : k + 4]])
        if not 98 * _UNIT_Q14 * _UNIT_Q14 < 100 * square < 102 * _UNIT_Q14 * _UNIT_Q14:
            return "items %d..%d are not a unit quaternion in Q14" % (k, k + 3)
    return ""


def _bands_problem(bands):
    """{rule: [low, high, low, high...]}; null leaves a bound at the rule's default."""
    if not isinstance(bands, dict):
        return "%s is not an object of rule: [low, high]" % _shown(bands)
    for rule in bands:
        band = bands[rule]
        if not isinstance(band, list) or len(band) % 2 or len(band) > 8:
            return "%s: %s is not a list of pairs low, high" % (rule, _shown(band))
        for k in range(len(band)):
            if band[k] is not None and (not isinstance(band[k], int) or isinstance(band[k], bool)):
                return "%s: %s is not an integer" % (rule, _shown(band[k]))
            if band[k] is not None and not -_MOST <= band[k] <= _MOST:
                return "%s: %d is outside %d..%d" % (rule, band[k], -_MOST, _MOST)
        for k in range(0, len(band), 2):
            if band[k] is not None and band[k + 1] is not None and band[k] > band[k + 1]:
                return "%s: low %d is above high %d" % (rule, band[k], band[k + 1])
    return ""


def _patterns_problem(patterns):
    """{cue: "upper|lower"} in the notation of haptics/language.py: four pulses and their gaps fill the sequencer."""
    if not isinstance(patterns, dict):
        return "%s is not %s" % (_shown(patterns), _PATTERN)
    for cue in patterns:
        text = patterns[cue]
        if not isinstance(text, str) or text.count("|") != 1 or text.strip("-. _|") or not text.strip(" _|"):
            return "%s: %s is not like %s" % (cue, _shown(text), _PATTERN)
        for half in text.split("|"):
            if half.count("-") + half.count(".") > 4 or "     " in half.replace("_", " "):
                return "%s: %s has more than 4 pulses or gaps in a row" % (cue, _shown(half))
    return ""


_PATTERN = '{cue: "upper|lower"}, - long, . short, space gap, _ pause'
_Q14 = "Q14"
_UV_Q4 = "1/16 uV"
_MINUTES = "min since 1970 UTC (0 = the clock was not set)"
_LOG_NUMBER = "number of the log that tells of it (0 = none)"

SETTINGS = (
    Setting("schema", INTEGER, SCHEMA, low=1),
    Setting("side", CHOICE, "right", choices=SIDES),
    Setting("exercise", NAME, "row"),
    Setting("emg_sites", SITES, ["UT", "MT", "LT", "LAT"], items=(0, 1, 2, 3, 4)),
    # 0 = no reference for this site; the front end saturates at 8.2 mV
    Setting("mvc_uv_q4", INTEGERS, [0, 0, 0, 0], _UV_Q4, high=8250 * 16, items=(0, 1, 2, 3, 4)),
    Setting("mvc_method", CHOICE, "none", choices=MVC_METHODS),
    # how hard the contractions of a submaximal series are, of the athlete's own choice
    Setting("submaximal_permille", INTEGER, 500, "per mille of the maximal effort", low=100, high=900),
    # agreement of a site's own two tests: the smaller over the larger; empty = not measured on the device
    Setting("mvc_agreement_permille", INTEGERS, [], "per mille", high=1000, items=(0, 1, 2, 3, 4)),
    Setting("mvc_minutes", INTEGER, 0, _MINUTES),
    Setting("mvc_log", INTEGER, 0, _LOG_NUMBER),
    Setting("rest_uv_q4", INTEGERS, [0, 0, 0, 0], _UV_Q4, high=8250 * 16, items=(0, 1, 2, 3, 4)),
    # thorax, scapula, humerus; empty = upright, the scapula internal 35, upward 5, posterior -10 degrees
    Setting("reference_q14", QUATERNIONS, [], _Q14, low=-_UNIT_Q14, high=_UNIT_Q14, items=(0, 12)),
    # segment to sensor by the places of the pods: thorax, scapula, humerus; empty = the reference pods of the side, see
    # hardware/wearing.md; 16384,0,0,0 three times = sensors aligned with their segments
    Setting("pod_axes_q14", QUATERNIONS, [], _Q14, low=-_UNIT_Q14, high=_UNIT_Q14, items=(0, 12)),
    # result of the neutral pose; empty = not calibrated
    Setting("mount_q14", QUATERNIONS, [], _Q14, low=-_UNIT_Q14, high=_UNIT_Q14, items=(0, 12)),
    Setting("heading_q14", QUATERNIONS, [], _Q14, low=-_UNIT_Q14, high=_UNIT_Q14, items=(0, 12)),
    # how far each pod leaned from upright in its place, thorax, scapula, humerus
    Setting("neutral_lean_cdeg", INTEGERS, [], "1/100 degree", high=18000, items=(0, 3)),
    Setting("neutral_minutes", INTEGER, 0, _MINUTES),
    Setting("neutral_log", INTEGER, 0, _LOG_NUMBER),
    Setting("mains_hz", INTEGER, 0, "Hz (0 = found by itself)", choices=(0, 50, 60)),
    Setting("highpass_hz", INTEGER, 30, "Hz", choices=(20, 30)),
    Setting("haptic_strength_percent", INTEGER, 100, "%", high=100),
    Setting("cue_patterns", PATTERNS, {}),
    Setting("cues", INTEGER, 1, choices=(0, 1)),
    Setting("fading", INTEGER, 1, choices=(0, 1)),
    Setting("fade_level", INTEGER, 0, high=2),  # share of the repetitions with cues: 0 = all, 1 = half, 2 = a third
    # repetitions judged at that share, and the last ten as bits, 1 = clean
    Setting("skill", INTEGERS, [], high=1023, items=(0, 2)),
    # where the athlete stands in the plan: which plan, block, session, exercise, sets done, change of the repetitions
    # by own results, repetitions done and clean ones of this session; empty = at its beginning
    Setting("plan_place", INTEGERS, [], low=-3, items=(0, 8)),
    # before the first set of an exercise the first press begins a check of the range, without load
    Setting("mobility_check", INTEGER, 0, choices=(0, 1)),
    Setting("raw_emg", INTEGER, 0, choices=(0, 1)),
    Setting("raw_imu", INTEGER, 0, choices=(0, 1)),
    Setting("feature_hz", INTEGER, 20, "Hz", choices=(5, 10, 20, 50, 100)),
    # READY for so long: the device sleeps until the button is pressed
    Setting("sleep_minutes", INTEGER, 10, "min (0 = never)", high=240),
    Setting("bands", BANDS, {}),
    # per tactor, upper then lower: compensation, back-EMF, feedback registers of the DRV2605L; empty = to be measured
    Setting("drv_calibration", INTEGERS, [], "register", high=255, items=(0, 6)),
)
_PER_SITE = ("mvc_uv_q4", "rest_uv_q4")


def defaults():
    """A new dict with every setting at its default."""
    values = {}
    for setting in SETTINGS:
        default = setting.default
        values[setting.key] = default.copy() if isinstance(default, (list, dict)) else default
    return values


def problems(values):
    """List of "key: what is wrong", empty when all is right. Missing keys are right: they take their defaults."""
    found = []
    for setting in SETTINGS:
        if setting.key in values:
            problem = setting.problem(values[setting.key])
            if problem:
                found.append("%s: %s" % (setting.key, problem))
    sites = values.get("emg_sites", ())
    if not found:
        for key in _PER_SITE:
            if key in values and len(values[key]) != len(sites):
                found.append("%s: has %d items for %d emg_sites" % (key, len(values[key]), len(sites)))
    return found


def complete(values):
    """`values` with defaults for what is missing, as a new dict; unknown keys stay. Lists per site follow emg_sites."""
    full = defaults()
    full.update(values)
    for key in _PER_SITE:
        if key not in values:
            full[key] = [0] * len(full["emg_sites"])
    return full


_NEUTRAL = ("heading_q14", "mount_q14", "neutral_lean_cdeg", "neutral_minutes", "neutral_log")
_MVC = ("mvc_uv_q4", "rest_uv_q4", "mvc_method", "mvc_agreement_permille", "mvc_minutes", "mvc_log")
# what was measured with a setting as it was does not hold for another value of it
_MEASURED_WITH = {
    "side": _NEUTRAL + _MVC,
    "reference_q14": _NEUTRAL,
    "pod_axes_q14": _NEUTRAL,
    "emg_sites": _MVC,
    "highpass_hz": _MVC,
}


def changed(values, changes):
    """(`values` with `changes`, keys of measured settings that went back to their defaults because of them)."""
    forgotten = []
    whole = complete(values)
    for key in _MEASURED_WITH:
        if key in changes and changes[key] != whole[key]:
            forgotten += [k for k in _MEASURED_WITH[key] if k in values and k not in changes and k not in forgotten]
    new = dict(values)
    new.update(changes)
    for key in forgotten:
        del new[key]
    return complete(new), forgotten


def _from_1(values):
    """2: every reference says how it came about; where the first version said nothing, it was typed in."""
    if values.get("mvc_method", "none") == "none" and any(values.get("mvc_uv_q4", ())):
        values["mvc_method"] = "assumed"
    return values


# schema version -> function that turns a dict of that version into the next one's; it keeps every key that it does not
# itself rename
MIGRATIONS = {1: _from_1}


def migrate(values):
    """`values` of any earlier schema in the present one. A newer schema stays as it is. Raises ValueError."""
    version = values.get("schema")
    if not isinstance(version, int) or version < 1:
        raise ValueError("schema: %s is not a version" % _shown(version))
    values = dict(values)
    while version < SCHEMA:
        values = MIGRATIONS[version](values)
        version += 1
        values["schema"] = version
    return values
