"""What the project costs: medians of several runs, and ratios of two times of one and the same run."""
