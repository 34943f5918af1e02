"""Evidence on what is made for language models: texts, and sets of questions and tasks."""
