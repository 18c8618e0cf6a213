"""What is claimed of the counting model, against the counting model that runs."""
