"""Benchmarks: ours against the raw limit in the same run. `python -m tests.bench`."""
