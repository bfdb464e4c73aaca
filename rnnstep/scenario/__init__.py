"""Scenarios: experiments as YAML files, loaded, run, judged and trained."""
