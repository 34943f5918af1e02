"""A plan of evaluation tasks written in a form, without YAML."""
