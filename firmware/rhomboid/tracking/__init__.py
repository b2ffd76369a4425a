"""Tracking: three orientation sensors -> segments at one common time -> ISB angles, neutral pose, repetitions."""
