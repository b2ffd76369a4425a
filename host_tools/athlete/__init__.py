"""The synthetic athlete: a body that trains, with everything known about what it did. Imports nothing of the firmware.

body.py       one person: neutral pose, strength of signal, side
exercise.py   what an exercise asks for, as data; exercises/ has one file per exercise
faults.py     what can go wrong and how much of it, as data; profiles.py says who does what
repetition.py one repetition, false start or re-grip, drawn with natural spread
workout.py    sets of repetitions on the time axis, and the hand on the button
keyframes.py  curves through key points; motion.py and emg.py turn the workout into orientations and voltages
athlete.py    all of it as a stimulus source with its ground truth
"""
