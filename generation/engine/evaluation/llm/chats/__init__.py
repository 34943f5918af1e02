"""Evidence for conversations: what turns, whole conversations and sequences of acts carry over, and what they teach."""
