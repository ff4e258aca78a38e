"""Synthetic notes: a grammar of note types that composes documents from the knowledge, with exact labels and evidence."""

from training.synth.generate import generate
from training.synth.narrowed import narrowed

__all__ = ["generate", "narrowed"]
