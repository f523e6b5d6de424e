"""Where the relay keeps what it holds: a port and its adapters."""
