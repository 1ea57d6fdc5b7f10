"""Real WebSocket clients that put the app under load: `python -m tests.load --sessions 100`."""
