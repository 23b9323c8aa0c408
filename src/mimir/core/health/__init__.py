"""Lane health: completions in, states out."""
