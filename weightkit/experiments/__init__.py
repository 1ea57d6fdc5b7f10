"""One module per lesson: `Config`, and `run(config)` -> a frozen dataclass of tidy DataFrames."""
