"""What is expected of a node: properties, witnesses and known findings, each by id."""
