"""Playing stories on a hub in scenario mode, and holding what came against what should."""
