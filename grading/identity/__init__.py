"""Proposals of records that may be one customer."""
