"""The only room that imports streamlit: the lesson frame, its controls, the job runner and the
share panel.
"""

import gc
import os

# What Streamlit has imported stays. A full collection of it, which would fall among the imports of
# the first visitor's page, takes 25 ms.
gc.freeze()

# Arrow's own pool keeps what it has once had, in the server 40 MB for 7 in use; it is chosen when
# Arrow is first imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
