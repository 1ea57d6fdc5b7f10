"""Real WebSocket clients that put the app under load: `python -m benchmarks.load --sessions
100`.
"""
