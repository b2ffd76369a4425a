"""One session in virtual time: who or what moves, the firmware on the virtual board, and what became of it.

request.py     what was asked for, checked, and made into a stimulus, a settings slot and a script
fault_spec.py  hardware faults as the command line names them
envelope.py    the device's EMG chain in float64: for the MVC of a recording and as truth
truth.py       what really happened, in device time
session.py     runs it and leaves session.ulg, truth.npz and summary.json
summary.py     what the log says, in figures
"""
