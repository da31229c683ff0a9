"""Measurements: figures to look at, run by make bench."""
