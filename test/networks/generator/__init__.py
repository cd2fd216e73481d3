"""Tiny networks of every common family and exporter, with reference outputs and relevances."""
