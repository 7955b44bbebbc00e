"""What is done for each pixel of a card: in C where the installation had a compiler, else by numpy, to the bit."""

from frontis.encode.loops.compiled import IS_THERE as ARE_COMPILED

if ARE_COMPILED:
    from frontis.encode.loops.compiled import are_nought, index, index_words, laid, packed, repeats, smeared
else:
    from frontis.encode.loops.by_numpy import are_nought, index, index_words, laid, packed, repeats, smeared

__all__ = ["ARE_COMPILED", "are_nought", "index", "index_words", "laid", "packed", "repeats", "smeared"]
