"""The owner's repository, read and held against the architecture decisions. No cluster is needed.

``reading/`` observes (files become typed values with file and line), ``rules/`` judges (one file a decision), and
``audit.py`` brings the two together. Nothing here changes the repository, and nothing is fetched.
"""
