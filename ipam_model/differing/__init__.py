"""Whether two daemons behave alike, and the smallest scenario in which they do not."""
