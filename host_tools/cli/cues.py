"""`rhomboid cues`: the tactile language as text, and on a board as pulses, so that a person learns it in a minute."""

from collections.abc import Callable
from typing import Annotated

import typer

from host_tools.cli.port_option import Port
from host_tools.errors import BadInput

# In the order in which they are learned: where, how often, both places; then what comes between and after sets
_LESSON = (
    ("where: below = do more down here, above = let go up here", ("set_first", "drop_shoulder")),
    ("how often: once = begin with it, twice = keep it, three times = it fades or is too much", (
        "hold_blade", "hold_longer", "ease_upper", "ease_arm",
    )),
    ("both places = the whole movement; down the back = let down, up the back = reach further", (
        "trunk_still", "slower", "whole_range", "end_set",
    )),
)  # fmt: skip


def command(
    names: Annotated[list[str] | None, typer.Argument(metavar="[CUE]...", help="Only these.")] = None,
    port: Port = None,
    play: Annotated[bool, typer.Option("--play", help="Play them on the device, with the electrodes off.")] = False,
) -> None:
    """Print the language of the two tactors; with --port or --play, play what training says, in a minute."""
    from host_tools.sim.firmware_side import module

    cues = {name: (upper, lower, says) for name, upper, lower, says in module("rhomboid.haptics.language").describe()}
    for name in names or ():
        if name not in cues:
            raise BadInput(f"{name}: no such cue; there are {', '.join(cues)}")
    width = max(len(name) for name in cues)

    def shown(name: str) -> str:
        upper, lower, says = cues[name]
        return f"  {name:{width}}  {upper:9}  {lower:9}  {says}"

    print("Two tactors on the back, above and below. - long pulse   . short pulse   _ pause\n")
    print(f"  {'cue':{width}}  {'above':9}  {'below':9}  says")
    if play or port:
        _played(port, tuple(names or [name for _, group in _LESSON for name in group]), shown)
        return
    if names:
        print("\n".join(shown(name) for name in names))
        return
    for title, group in _LESSON:
        print(f"{title}\n" + "\n".join(shown(name) for name in group))
    taught = {name for _, group in _LESSON for name in group}
    print("short pulses: the device itself, MVC tests, rest and plan, posture, mobility")
    print("\n".join(shown(name) for name in cues if name not in taught))
    print("\nstrength and patterns are yours:")
    print('  rhomboid settings haptic_strength_percent=60 \'cue_patterns={"ease_upper": "- - -|"}\'')


def _played(port: str | None, names: tuple[str, ...], shown: Callable[[str], str]) -> None:
    from host_tools.device.connection import connected
    from host_tools.device.play_cues import play

    titles = {group[0]: title for title, group in _LESSON}

    def announce(name: str) -> None:
        if len(names) > 1 and name in titles:
            print(titles[name])
        print(shown(name), flush=True)

    with connected(port) as device:
        play(device, names, announce)
