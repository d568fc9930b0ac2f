"""How hard a text is to read: the Flesch-Kincaid grade level, with a syllable counter of our own."""

import re


def syllables(word: str) -> int:
    """Syllables of an English word: its groups of vowels, less the endings that are not spoken.

    Not spoken are a final *e* (but that of *-le* after a consonant, and *-ee*), *-es* but after a hiss (*boxes*), and
    *-ed* but after *t* or *d* (*needed*). Two vowels that stand together count once, so that *radio* has two: such
    words are few and short here, and the grade moves by a hundredth.
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", letters))
    is_silent = (
        re.search(r"[^aeiouyl]e$|[aeiouy]le$", letters)
        or re.search(r"[^aeiouysxzcgh]es$", letters)
        or re.search(r"[^aeiouytd]ed$", letters)
    )
    return max(count - bool(is_silent), 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade level."""
    sentences = [part for part in re.split(r"[.?!]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
