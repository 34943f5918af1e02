"""What has a form: one file per family of values. All but `presidio` and `phones` need the standard library alone."""
