"""The device at the other end of a cable: bundle, flash, pull, doctor, backup, settings; one adapter over mpremote."""
