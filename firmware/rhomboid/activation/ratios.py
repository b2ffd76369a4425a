"""Which balance of muscles is watched: UT/LT, UT/MT, LAT/MT of %MVC (domain 2.4), where both sites are worn."""

from array import array

from micropython import const

from rhomboid.features import LAT_MT_Q8, UNDEFINED, UT_LT_Q8, UT_MT_Q8

# per mille of MVC under which a denominator is rest, not a balance (domain 2.4: 3-5 %MVC)
FLOOR_PERMILLE = const(40)
PAIRS = (("UT", "LT", UT_LT_Q8), ("UT", "MT", UT_MT_Q8), ("LAT", "MT", LAT_MT_Q8))


def pair_channels(sites, features):
    """Worn pairs as array('i'): how many, then per pair (numerator channel, denominator channel, feature).

    The ratios of the others become UNDEFINED in the feature vector, for good.
    """
    cells = array("i", [0])
    for above, below, feature in PAIRS:
        if above in sites and below in sites:
            cells[0] += 1
            cells.extend(array("i", [sites.index(above), sites.index(below), feature]))
        else:
            features[feature] = UNDEFINED
    return cells
