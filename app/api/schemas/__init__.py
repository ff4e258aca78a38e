"""What goes over the wire, and the one place that maps it from and to the domain."""
