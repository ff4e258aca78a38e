"""Training runs: the steps from decided charts to a registered challenger, and the worker that does them."""
