"""The lessons: everything that one of them knows in a folder of its own, one sub-folder a view
where there are several.

config.py       Config, presets: no torch, no pandas
experiment.py   run(config) -> Result, a frozen dataclass of tidy DataFrames
findings.py     frames -> typed facts: what is true of this run
charts.py       frames and facts -> Figure
story.py        ask(config) -> Question; tell(config, result) -> Story
recipe.py.j2    the same as a short plain-PyTorch script

Shared by all: `settings` (fields of every training) and `story` (Question, Verdict, Story).
"""
