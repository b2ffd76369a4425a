"""Mobility before load: does the athlete reach the ranges that an exercise needs?

The athlete moves freely through the range for a few seconds; what is reached is compared with the exercise's
`mobility`. Tension without mobility: a shorter range warns and lowers the target of the range, it never forbids.
"""

from array import array

from micropython import const

from rhomboid import features

ENOUGH_PERMILLE = const(850)  # engineering choice: 1.5 of a natural 10 % spread of amplitude under the need


class Mobility:
    """exercise: a dictionary of exercises/; cells: the feature vector. names, needs: what is asked for, needs in
    cdeg.
    """

    def __init__(self, exercise, cells):
        self.names = sorted(exercise["mobility"])
        self.needs = array("i", [exercise["mobility"][name] for name in self.names])
        self._cells = cells
        self._indices = array("i", [getattr(features, name) for name in self.names])
        self._least = array("i", [0] * len(self.names))
        self._most = array("i", [0] * len(self.names))
        self._seen = array("i", [0] * len(self.names))

    def step(self):
        """Every tick of the check; marked frames and frames without a reference do not count."""
        cells = self._cells
        if cells[features.FLAGS] & (features.FLAG_PULSE | features.FLAG_REFERENCE_MISSING | features.FLAG_HEADING_LOST):
            return
        for i in range(len(self._indices)):
            value = cells[self._indices[i]]
            if value == features.UNDEFINED:
                continue
            if not self._seen[i]:
                self._seen[i] = 1
                self._least[i] = self._most[i] = value
            elif value < self._least[i]:
                self._least[i] = value
            elif value > self._most[i]:
                self._most[i] = value

    def permille(self):
        """The smallest share of a need that was reached, 0..1000."""
        share = 1000
        for i in range(len(self.needs)):
            if self.needs[i] > 0:
                share = min(share, (self._most[i] - self._least[i]) * 1000 // self.needs[i])
        return share

    def short(self):
        """Names of what is too short: list of (name, reached cdeg, needed cdeg). Allocates."""
        result = []
        for i in range(len(self.needs)):
            reached = self._most[i] - self._least[i]
            if reached * 1000 < self.needs[i] * ENOUGH_PERMILLE:
                result.append((self.names[i], reached, self.needs[i]))
        return result

    def target_cdeg(self, exercise):
        """The exercise's range, lowered in proportion when mobility falls short."""
        share = self.permille()
        return exercise["range_cdeg"] if share >= ENOUGH_PERMILLE else exercise["range_cdeg"] * max(share, 500) // 1000
