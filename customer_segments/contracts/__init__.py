"""Contracts at the doors: what suppliers promise of raw tables, and the project of published ones.

A contract is written once, in the YAML beside each model. From there come Great Expectations'
suites, the pages that people read and the export in the Open Data Contract Standard.
"""
