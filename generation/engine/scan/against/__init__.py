"""Whether a file repeats records or texts of a source: a test set, a fine-tuning file, a prompt template."""
