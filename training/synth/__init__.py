"""Synthetic notes: a grammar of note types that composes documents from the knowledge, with exact labels and evidence."""

from training.synth.generate import generate

__all__ = ["generate"]
