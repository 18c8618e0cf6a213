"""Properties that hold for all settings, events, faults and choices: Hypothesis searches."""
