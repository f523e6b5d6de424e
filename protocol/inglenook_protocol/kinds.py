"""The kinds of event, each with its versions."""
