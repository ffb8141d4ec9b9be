"""Floor 5: what Argo CD syncs to the clusters, as a pure function of the mesh; and what differs on disk."""
