"""Pages to read, print and pin on the wall, made from the published tables.

Each is one HTML file that asks for nothing from anywhere: styles and plotly.js are inside.
"""
