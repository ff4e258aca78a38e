"""Tests. Fitting with two threads that wait by spinning is many times slower where other work runs beside it."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
