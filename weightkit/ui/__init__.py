"""The only room that imports streamlit: the lesson frame, its controls, the job runner and the
share panel.
"""

import gc

# What Streamlit has imported stays. A full collection of it, which would fall among the imports of
# the first visitor's page, takes 25 ms.
gc.freeze()
