"""The only room that imports streamlit: the lesson frame, its controls, the job runner and the
share panel.
"""
