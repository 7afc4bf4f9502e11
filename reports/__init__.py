"""From a run's record to documents: evidence first, verdict second.

``recorder`` writes what happened to ``out/runs/<run id>/run.json``. Everything after that is a function
of the saved folder: ``judge`` says what it means, ``html``, ``results``, ``junit`` and ``cucumber`` say
it to different readers, ``publish`` puts the documents in place. A saved run can be judged and rendered
again at any time with ``python -m reports``.

This package imports nothing else of the project.
"""
