"""What workshops came to: summary, digest, synthesis, replay, suggestions. Pure, but for the text encoder."""
