"""Everything offline: examples, fitting, evaluation, promotion. Uses the service's own code for features."""
