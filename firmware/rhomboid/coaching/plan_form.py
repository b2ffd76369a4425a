"""The form of a training plan on the device: blocks of sessions of exercises, and all that can be wrong with one.

Compact form (JSON, made from TOML by the host): {"plan": 1, "name": str, "blocks": [block, ...]}; a block is [aim,
sessions, [entry, ...]], an entry the integers named by ENTRY. Runs on CPython as well: host and device check with the
same words.
"""

from rhomboid.coaching.exercises import NAMES

FORMAT = 1
AIMS = ("endurance", "strength", "power", "deload")
INTENTS = ("controlled", "fast")
ENTRY = ("exercise", "sets", "repetitions", "out_ms", "hold_ms", "back_ms", "rest_s", "mvc_percent", "intent")
EXERCISE = 0
SETS = 1
REPETITIONS = 2
OUT_MS = 3
HOLD_MS = 4
BACK_MS = 5
REST_S = 6
MVC_PERCENT = 7
INTENT = 8

# Smallest and largest value of each cell. Repetitions to 25 (ACSM endurance, domain 4); the rest stays below what ticks
# can measure (537 s), and reaches the 3-5 min of heavy work; the others are engineering choices.
LEAST = (0, 1, 1, 500, 0, 500, 0, 0, 0)
MOST = (len(NAMES) - 1, 10, 25, 10_000, 60_000, 15_000, 500, 100, len(INTENTS) - 1)
MOST_BLOCKS = 12
MOST_SESSIONS = 60
MOST_ENTRIES = 12

# What ACSM and domain 4 recommend per aim: (repetitions least, most, rest in s least, most); outside is a remark
USUAL = {
    "endurance": (10, 25, 30, 90),
    "strength": (1, 12, 120, 300),
    "power": (3, 6, 120, 300),
    "deload": (1, 25, 30, 300),
}


def problems(plan, mvc_known=True):
    """Everything wrong with a plan in the compact form: list of (place, reason).

    place: a tuple (block, entry, name of a cell), shorter for what is larger.
    """
    if not isinstance(plan, dict) or plan.get("plan") != FORMAT:
        return [((), "this is no plan of form %d" % FORMAT)]
    found: list = []
    blocks = plan.get("blocks")
    if not isinstance(plan.get("name"), str) or not plan["name"]:
        found.append((("name",), "the plan has no name"))
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= MOST_BLOCKS:
        return found + [((), "a plan has 1 to %d blocks" % MOST_BLOCKS)]
    for b in range(len(blocks)):
        block = blocks[b]
        if not isinstance(block, (list, tuple)) or len(block) != 3:
            found.append(((b,), "a block is aim, sessions, entries"))
            continue
        aim, sessions, entries = block
        if aim not in AIMS:
            found.append(((b, "aim"), "aim %s is not one of %s" % (aim, ", ".join(AIMS))))
        if not isinstance(sessions, int) or not 1 <= sessions <= MOST_SESSIONS:
            found.append(((b, "sessions"), "%s sessions: must be 1 to %d" % (sessions, MOST_SESSIONS)))
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
            found.append(((b,), "a block has 1 to %d exercises" % MOST_ENTRIES))
            continue
        for e in range(len(entries)):
            found += _entry_problems(b, e, entries[e], mvc_known)
    return found


def _entry_problems(b, e, entry, mvc_known):
    if not isinstance(entry, (list, tuple)) or len(entry) != len(ENTRY):
        return [((b, e), "an entry has %d integers" % len(ENTRY))]
    found = []
    for k in range(len(ENTRY)):
        value = entry[k]
        if not isinstance(value, int) or isinstance(value, bool) or not LEAST[k] <= value <= MOST[k]:
            found.append(((b, e, ENTRY[k]), "%s %s: must be %d to %d" % (ENTRY[k], value, LEAST[k], MOST[k])))
    if not found and entry[MVC_PERCENT] and not mvc_known:
        found.append(((b, e, "mvc_percent"), "asks for %d %%MVC but no MVC is measured" % entry[MVC_PERCENT]))
    return found
