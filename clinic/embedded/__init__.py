"""Everything behind `./run`: the servers a clone brings with it, the site on top of them, and the other verbs."""
