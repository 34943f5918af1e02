"""An endpoint that words what was planned: one that speaks the protocol of OpenAI, on an address that was allowed."""
