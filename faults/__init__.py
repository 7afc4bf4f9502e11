"""Values that break a target and mend it again, and the known causes that a failure's evidence is held against."""
