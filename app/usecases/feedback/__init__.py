"""What becomes of decisions: finalised charts as examples, and words that a site remembers."""
