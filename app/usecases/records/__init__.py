"""Ports to what is kept: charts, people, the audit trail, the feed of events; one unit of work over all of them."""
