"""Files of configuration and of builds, and interface descriptions."""
