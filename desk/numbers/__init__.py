"""Numbers: what came in, what became of it, and how soon it was answered. Counts only, of nobody by name."""
