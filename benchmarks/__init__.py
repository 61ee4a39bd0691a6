"""Reproducible measurements. Speed goals live here, never in a timed test."""
