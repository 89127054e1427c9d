"""The manifests, and what writes those that follow from a few numbers."""
