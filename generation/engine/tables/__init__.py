"""Tables in and out: an untrusted file to one normalised Parquet, the holdout cut, renderings, loading.

Everything here takes and gives seekable binary file objects, never a path: the vault hands out decrypting ones.
Inside, columns are named c0, c1, ...; what people see is a label.
"""
