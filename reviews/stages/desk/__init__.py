"""Around judging: edits that become pairs; guidelines, practice and who judges by when."""
