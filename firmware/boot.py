"""First file that runs after a reset: motors off, nothing else. Rarely changed; the application stands in a slot."""

import sys

import slot

sys.path[:0] = slot.path()

from rhomboid.supervision import motors_off

motors_off.run()
