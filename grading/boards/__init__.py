"""Boards: pages that draw the marts."""
