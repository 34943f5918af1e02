"""The shadow audit: what a synthesizer tells of the records it is fitted on, found by fitting it again and again.

An evaluation looks at one artefact; this looks at what made it (Stadler, Oprisanu and Troncoso, USENIX Security 2022).
The synthesizer is fitted many times on a small part of the training records (plan.py), each time with a random half of
the target records left out (refit.py). An attacker who knows every record but the target counts synthetic records that
agree with it on a few columns, learns from some of the fits what those counts look like with and without the target,
and guesses for the other fits (attack.py). How well he guesses is what leaks (audit.py).
"""
