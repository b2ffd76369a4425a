"""`python -m host_tools` is the command `rhomboid`."""

import sys

from host_tools.cli import main

sys.exit(main())
