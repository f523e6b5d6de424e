"""What people read, one table per area.

All sentences stand here and in the commands' help, so that a catalogue of translations can
take their place. ``{}`` fields are filled by name.
"""
