"""Hand-made doubles: programs that stand for a harmful thing of the real world which cannot be installed here."""
