"""The pages for coders: a shell rendered here, and ES modules that call the REST interface."""
