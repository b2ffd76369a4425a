"""What the virtual sensors are fed with: recordings or a synthetic athlete, turned into streams of integers.

source.py       what a stimulus is: orientations and EMG as functions of time
recording.py    a recording in memory, checked; csv_form.py and c3d_form.py read the two forms from files
isb.py          segment frames and angles of Wu et al. 2005
playback.py     a recording as a source: lead-in, interpolation, mirroring
sensor_errors.py, front_end.py   what lies between body and number: mounting, tilt, drift, clock; amplifier and ADC
streams.py      a source through the sensors into files of little-endian integers
"""
