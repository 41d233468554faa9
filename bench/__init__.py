"""Benchmarks: each module runs alone (`python -m bench.NAME`), `python -m bench` runs all."""
