"""The vault: sealed blobs named by the SHA-256 of their content, and the released ones in plain."""
