"""The programs that the lab runs: pinned as data in pins.toml, built once, cached by content."""
