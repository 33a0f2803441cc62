"""The parts of the pipeline that SQL is the wrong tool for, and its command line."""
