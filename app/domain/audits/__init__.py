"""Second-level audit: samples of finalised charts, what auditors say of them, and what coders answer."""
