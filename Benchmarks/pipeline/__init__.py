"""The benchmark of the pipeline; others measure with its rig and its workers."""
