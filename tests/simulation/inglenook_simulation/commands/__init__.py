"""Every command of the practices, as somebody on one of these computers may give it."""
