"""What each part of the wiring is called in a shop, with its mass.

Prices are left blank: none could be read together with a date. Masses: maker's figure where given, otherwise weighed
equivalents or estimates; `calculations/weight.py` says which it used.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One line of the bill of materials. `mass_g`: of one piece; for cable, of one metre."""

    part: str
    maker: str
    number: str
    mass_g: float
    alternative: str = ""
    price: str = ""
    price_as_of: str = ""


def _resistor(value: str, code: str) -> Item:
    return Item(f"Resistor {value}, 1 %, 0.25 W", "Yageo", f"MFR-25FBF52-{code}", 0.2, "any 1 % metal film, 0.25 W")


CATALOGUE = {
    "controller": Item(
        "Feather RP2350, 8 MB flash, no PSRAM",
        "Adafruit",
        "6000",
        6.0,
        "Raspberry Pi Pico 2 W (SC1633): three EMG channels, needs its own charger",
    ),
    "cell": Item(
        "LiPo cell 3.7 V 2500 mAh, protected, JST-PH",
        "Adafruit",
        "328",
        52.0,
        "1200 mAh (Adafruit 258): see budgets.md for the hours",
    ),
    "fuse": Item("Resettable fuse 0.5 A hold, radial", "Bourns", "MF-R050", 0.5, "Littelfuse RXEF050"),
    "fuel_gauge": Item("MAX17048 fuel gauge breakout", "Adafruit", "5580", 2.5, "SparkFun TOL-20680"),
    "load_switch": Item(
        "Load switch, SOT-23-6", "Texas Instruments", "TPS22918DBVR", 0.1, "none with the same pads known"
    ),
    "interlock": Item("N-channel MOSFET, TO-92", "onsemi", "2N7000", 0.3, "BS170 (other pin order)"),
    "bead": Item("Ferrite bead, leaded", "Fair-Rite", "2743001112", 0.4, "Murata BL01RN1A2A2B"),
    "power_switch": Item("Slide switch", "C&K", "OS102011MA1QN1", 0.6, "E-Switch EG1218"),
    "button": Item(
        "Tactile switch 6 mm, 9.5 mm high", "Omron", "B3F-1070", 0.5, "any 6 mm tactile switch of that height"
    ),
    "imu": Item("BNO085 breakout", "Adafruit", "4754", 2.6, "SparkFun SEN-22857 (BNO086; its default address is 0x4B)"),
    "emg": Item("MyoWare 2.0 muscle sensor", "SparkFun", "DEV-21265", 9.0, "SparkFun DEV-18977 (earlier revision)"),
    "haptic_driver": Item("DRV2605L haptic driver breakout", "Adafruit", "2305", 2.5, "SparkFun ROB-14538"),
    "lra": Item("Linear resonant actuator, 10 mm coin", "Vybronics", "VG1040003D", 1.3, "Jinlong G1040003D"),
    "esd": Item("ESD array, 4 lines, SOT-23-6", "STMicroelectronics", "USBLC6-4SC6", 0.1, "Nexperia PRTR5V0U4D"),
    "xh2": Item("Socket 2-way, 2.5 mm", "JST", "B2B-XH-A", 0.3),
    "xh3": Item("Socket 3-way, 2.5 mm", "JST", "B3B-XH-A", 0.4),
    "xh6": Item("Socket 6-way, 2.5 mm", "JST", "B6B-XH-A", 0.6),
    "xh7": Item("Socket 7-way, 2.5 mm (keys bus 1)", "JST", "B7B-XH-A", 0.7),
    "plug2": Item("Plug housing 2-way", "JST", "XHP-2", 0.2),
    "plug3": Item("Plug housing 3-way", "JST", "XHP-3", 0.3),
    "plug6": Item("Plug housing 6-way", "JST", "XHP-6", 0.5),
    "plug7": Item("Plug housing 7-way", "JST", "XHP-7", 0.6),
    "contact": Item("Crimp contact", "JST", "SXH-001T-P0.6", 0.05, "pre-crimped XH leads"),
    "cable_6": Item(
        "6 silicone wires 28 AWG in a 4 mm braided sleeve, per metre",
        "any",
        "28 AWG silicone, 6 colours",
        16.0,
        "LiYY 6 x 0.14 if shorter than 0.35 m (twice the capacitance)",
    ),
    "cable_3s": Item("Cable 3 x 0.14 mm2, shielded, per metre", "any", "LiYCY 3 x 0.14", 24.0),
    "cable_2": Item("2 silicone wires 28 AWG, twisted, per metre", "any", "28 AWG silicone, 2 colours", 5.0),
    "ph_extension": Item(
        "JST-PH 2-pin extension cable (takes the fuse)", "Adafruit", "1131", 5.0, "any, check the polarity"
    ),
    "ph_jumper": Item("JST-PH 2-pin cable, plug to plug, 100 mm", "Adafruit", "4714", 2.0, "any, check the polarity"),
    "hookup": Item("Hook-up wire 26 AWG silicone, per metre", "any", "26 AWG silicone", 3.0),
    "r_1k": _resistor("1k", "1K"),
    "r_1k8": _resistor("1.8k", "1K8"),
    "r_2k2": _resistor("2.2k", "2K2"),
    "r_2k7": _resistor("2.7k", "2K7"),
    "r_4k7": _resistor("4.7k", "4K7"),
    "r_5k6": _resistor("5.6k", "5K6"),
    "r_8k2": _resistor("8.2k", "8K2"),
    "r_10k": _resistor("10k", "10K"),
    "c_1n": Item("Capacitor 1 nF C0G, radial", "KEMET", "C315C102J1G5TA", 0.2),
    "c_100n": Item(
        "Capacitor 100 nF film, 5 %, 5 mm", "WIMA", "MKS2C031001A00JSSD", 0.4, "any 100 nF film or C0G, 5 %"
    ),
    "c_1u": Item("Capacitor 1 uF X7R, radial", "KEMET", "C330C105K5R5TA", 0.3),
    "c_47u": Item("Capacitor 47 uF 25 V, low ESR, radial", "Panasonic", "EEU-FR1E470", 0.5, "any 47 uF, 10 V or more"),
    "microsd": Item("Adalogger FeatherWing: microSD, clock", "Adafruit", "2922", 5.3),
    "hstx_breakout": Item("22-way 0.5 mm FPC breakout with 50 mm FPC", "any", "FPC 22P 0.5 mm to 2.54 mm", 4.0),
    # not in the schematic
    "carrier": Item("Perma-Proto half-size board", "Adafruit", "1609", 15.0, "stripboard of 81 x 51 mm"),
    "adapter": Item("SOT-23-6 to DIP adapter", "Adafruit", "1230", 0.4, "any SOT-23-6 adapter"),
    "headers": Item("Female header 16 + 12 way for the Feather", "Adafruit", "2886", 4.0),
    "electrode": Item("Snap electrode 24 mm, Ag/AgCl, one use", "SparkFun", "SEN-12969", 0.6, "Kendall H124SG"),
    "card": Item("microSD card 4 GB or more", "any", "microSDHC", 0.3),
    "coin": Item("Coin cell for the clock", "any", "CR1220", 0.8),
    "webbing_40": Item("Elastic webbing 40 mm, per metre", "any", "40 mm elastic", 30.0),
    "webbing_25": Item("Elastic webbing 25 mm, per metre", "any", "25 mm elastic", 18.0),
    "buckle_25": Item("Side-release buckle 25 mm", "any", "25 mm", 5.0),
    "buckle_40": Item("Side-release buckle 40 mm", "any", "40 mm", 12.0),
    "strap_pin": Item("Steel pin 3 mm x 60 mm with ring", "any", "3 x 60", 3.3, "M3 x 60 screw with a wing nut"),
    "hook_loop": Item("Hook-and-loop 25 mm, per metre", "any", "25 mm, sewn", 20.0),
    "tape": Item("Double-sided skin tape, strip of 25 x 40 mm", "3M", "1522", 0.1, "any medical double-sided tape"),
    "insert": Item("Heat-set insert M3 x 5.7", "any", "M3 x 5.7", 0.4),
    "screw_m3": Item("Screw M3 x 8", "any", "ISO 7380 M3 x 8", 0.6),
    "screw_m2": Item("Self-tapping screw M2 x 8", "any", "ST2.2 x 8 or M2 x 8", 0.25),
    "print_enclosure": Item("Printed: enclosure body and lid", "this project", "enclosure/stl", 0.0),
    "print_pod": Item("Printed: IMU pod base and lid", "this project", "enclosure/stl", 0.0),
    "print_tactor": Item("Printed: tactor mount (TPU)", "this project", "enclosure/stl", 0.0),
}
