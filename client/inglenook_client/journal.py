"""The one door through which the command line and the web app use the journal."""
