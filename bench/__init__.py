"""Side-by-side measurements, on a stack of their own, over loopback only."""
