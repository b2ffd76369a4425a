"""Which balance of muscles is watched: UT/LT, UT/MT, LAT/MT of %MVC (domain 2.4), where both sites are worn."""

from array import array

from micropython import const

# per mille of MVC under which a denominator is rest, not a balance (domain 2.4: 3-5 %MVC)
FLOOR_PERMILLE = const(40)
PAIRS = (("UT", "LT"), ("UT", "MT"), ("LAT", "MT"))  # in the order of features.UT_LT_Q8 and the two after it


def pair_channels(sites):
    """array('i') of (numerator, denominator) channel per pair, -1 where a site is not worn."""
    cells = array("i")
    for pair in PAIRS:
        for site in pair:
            cells.append(sites.index(site) if site in sites else -1)
    return cells
