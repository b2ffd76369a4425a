"""A plan in words for people, with remarks where it leaves what is usual for its aim."""

from host_tools.plan.toml_form import Plan, form

# What ACSM and domain.md 4 recommend per aim: (repetitions least, most, rest in s least, most); outside is a remark
USUAL = {
    "endurance": (10, 25, 30, 90),
    "strength": (1, 12, 120, 300),
    "power": (3, 6, 120, 300),
    "deload": (1, 25, 30, 300),
}


def shown(plan: Plan) -> str:
    """The plan as text, one line per exercise."""
    lines = [plan["name"]]
    for number, (aim, sessions, entries) in enumerate(plan["blocks"], start=1):
        lines.append(f"block {number}: {aim}, {sessions} sessions")
        for entry in entries:
            cells = dict(zip(form().ENTRY, entry, strict=True))
            tempo = "-".join(f"{cells[part] / 1000:g}" for part in ("out_ms", "hold_ms", "back_ms"))
            effort = f" at {cells['mvc_percent']} %MVC" if cells["mvc_percent"] else ""
            intent = ", fast" if form().INTENTS[cells["intent"]] == "fast" else ""
            name = form().NAMES[cells["exercise"]]
            work = f"{cells['sets']} x {cells['repetitions']}, tempo {tempo} s{intent}{effort}"
            lines.append(f"  {name}: {work}, rest {cells['rest_s']} s")
        lines += [f"  remark: {remark}" for remark in remarks(aim, entries)]
    return "\n".join(lines)


def remarks(aim: str, entries: list[list[int]]) -> list[str]:
    """Where a block leaves what ACSM recommends for its aim (domain.md 4); nothing that is refused."""
    least, most, rest_least, rest_most = USUAL[aim]
    said = []
    for entry in entries:
        cells = dict(zip(form().ENTRY, entry, strict=True))
        name = form().NAMES[cells["exercise"]]
        if not least <= cells["repetitions"] <= most:
            said.append(f"{name}: {aim} is usually trained with {least} to {most} repetitions")
        if not rest_least <= cells["rest_s"] <= rest_most:
            said.append(f"{name}: {aim} is usually trained with {rest_least} to {rest_most} s of rest")
    return said


def place(plan: Plan, place: list[int]) -> str:
    """Where the athlete stands (setting plan_place); a place that is none is the beginning."""
    _, block, session, entry, sets_done, change, *_ = place if len(place) == 8 else [0] * 8
    if block >= len(plan["blocks"]):
        return "done"
    name = form().NAMES[plan["blocks"][block][2][entry][0]]
    moved = f", {change:+d} repetitions by own results" if change else ""
    return f"next: block {block + 1}, session {session + 1}, {name}, set {sets_done + 1}{moved}"
