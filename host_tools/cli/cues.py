"""`rhomboid cues`: the tactile language as text, so that a person learns it in a minute."""


def command() -> None:
    """Print every pattern of the two tactors and what it says."""
    from host_tools.sim.firmware_side import module

    print("upper tactor = let go up here; lower tactor = do more down here; both = the movement or the device")
    print("- long pulse   . short pulse   _ pause\n")
    width = max(len(cue[0]) for cue in module("rhomboid.haptics.language").describe())
    print(f"{'cue':{width}}  {'upper':9}  {'lower':9}  says")
    for name, upper, lower, meaning in module("rhomboid.haptics.language").describe():
        print(f"{name:{width}}  {upper:9}  {lower:9}  {meaning}")
    print("\nstrength and patterns are yours:")
    print('  rhomboid settings haptic_strength_percent=60 \'cue_patterns={"ease_upper": "- - -|"}\'')
