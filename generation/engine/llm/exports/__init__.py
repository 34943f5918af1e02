"""Questions and tasks as the files that evaluation tools read. An export is a mapping from paths to bytes."""
