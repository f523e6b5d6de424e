"""Fuzzing: targets, a mutator that knows MessagePack, seeds, and the driver around them."""
