"""The whole way for real: a served portal with its worker, over HTTP and in a browser."""
