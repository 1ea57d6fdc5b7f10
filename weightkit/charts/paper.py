"""What figures and pages are drawn on: background, baseline ink and secondary text, by `dark`. Held
equal to .streamlit/config.toml by a test.
"""

PAPER = {False: "#FFFFFF", True: "#0F1318"}
INK = {False: "#111111", True: "#FDFDFD"}
MUTED = {False: "#59616A", True: "#A9B1BA"}
