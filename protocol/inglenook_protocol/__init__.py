"""What both sides of Inglenook agree on: encodings, signatures and rules, without any I/O.

Nothing is re-exported here. Importing any module of this package runs this file, and the
relay must never load the modules that seal, open or name events.
"""

__version__ = "0.1.0"
