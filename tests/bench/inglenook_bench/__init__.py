"""Measuring speed: each module gives figures, each beside a floor or a peer of the same run."""
