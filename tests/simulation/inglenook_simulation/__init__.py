"""Deterministic simulation: real parts, one seed, virtual time, no sockets (see ``run``)."""
