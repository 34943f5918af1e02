"""The rules of a policy: each beside its sentence, built in a form and confirmed one by one."""
