"""The readers: files of the repository become typed values with file and line. They never judge."""
