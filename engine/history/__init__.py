"""What happened and how it is proven: chains, value commitments, replay."""
