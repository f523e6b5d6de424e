"""How two members, or two devices of one, come to trust each other."""
