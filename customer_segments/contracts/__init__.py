"""The input and the output contract: what suppliers are held to, and what readers may rely on.

A contract is written once, in the YAML beside each model. From there come Great Expectations'
suites, the pages that people read and the export in the Open Data Contract Standard.
"""
