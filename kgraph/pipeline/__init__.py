"""A build: the one place that knows the order of the stages.

`build.build` is the story; each stage that needs more than a call has a module."""
