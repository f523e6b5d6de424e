"""What tests share. It stands on the path under this name; ``tests`` itself never does."""
