"""Yihu: an open smart-tax platform around the one-household view (一户式)."""

__version__ = "0.1.0"
