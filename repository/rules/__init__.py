"""The decisions as rules: one file each, with a constant ``RULE``. A helper's name begins with an underscore."""
