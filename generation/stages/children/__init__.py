"""What runs inside limited children: nobody else parses an untrusted file, or loads a fitted model. No Django here."""
