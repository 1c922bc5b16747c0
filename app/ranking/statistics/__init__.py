"""The arithmetic of the model: what is learnt, from what is known and from what was seen. Pure numpy."""
