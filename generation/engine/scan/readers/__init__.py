"""A file as texts with their places, whatever its form. Each reader streams; none keeps what it has given."""
