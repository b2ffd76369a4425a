"""Training plans: TOML that a coach writes, checked line by line, and the compact form that the device walks."""
