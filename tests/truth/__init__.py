"""Is what a page says true, at any setting? Settings are drawn at random, run, told, and what is
told is checked.

    python -m tests.truth --examples 2000 [VIEW ...]     # the last line says how many and what was
    found

Everything that a Story says, and its figures' titles, subtitles and alt texts, goes through
`prose`; `tests/lessons/<lesson>/truth.py` recomputes the facts of each view from its frames by an
independent few lines, and holds the comparative words against them (see `views.truth`).
"""
