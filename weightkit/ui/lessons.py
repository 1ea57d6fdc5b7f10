"""LESSONS, and the pages beside them: the one table that feeds the sidebar, the home page, the
README check and the tests.
"""

from dataclasses import dataclass

BEYOND = "Beyond the course"
OWN_WORK = "For your own work"


@dataclass(frozen=True)
class Lesson:
    """slug: stem of its page, experiment, charts, recipe and tests; part: of the course, BEYOND, or
    OWN_WORK.
    """

    slug: str
    title: str
    icon: str
    question: str
    part: str

    @property
    def page(self) -> str:
        return f"pages/{self.slug}.py"

    @property
    def place(self) -> str:
        """Where it stands, in words that begin a sentence."""
        return self.part if self.part in (BEYOND, OWN_WORK) else f"{self.part} of the course"


LESSONS = [
    Lesson(
        "matrix_sizes",
        "Weight matrix sizes",
        ":material/grid_on:",
        "Why is a layer's weight matrix as tall as its outputs and as wide as its inputs?",
        "Part 1",
    ),
    Lesson(
        "same_value_init",
        "A surprising failure",
        ":material/content_copy:",
        "What happens if every weight starts at the same value?",
        "Part 2",
    ),
    Lesson(
        "variance_sweep",
        "How large should they be?",
        ":material/tune:",
        "How much can you change the size of the first random weights before learning breaks?",
        "Part 3",
    ),
    Lesson(
        "signal_propagation",
        "Why random, why this variance",
        ":material/waves:",
        "How does a signal survive thirty layers?",
        "Theory",
    ),
    Lesson(
        "xavier_kaiming",
        "Xavier against Kaiming",
        ":material/balance:",
        "Two formulas for the same random numbers: does it matter which one you use?",
        "Parts 4 and 5",
    ),
    Lesson(
        "identical_random",
        "The same numbers twice",
        ":material/casino:",
        "If two networks start from the same seed, are they the same network?",
        "Part 6",
    ),
    Lesson(
        "freezing",
        "Freezing weights",
        ":material/ac_unit:",
        "What can a network still learn when parts of it must not change?",
        "Part 7",
    ),
    Lesson(
        "weight_changes",
        "How weights change",
        ":material/timeline:",
        "Can you see learning happen in the weights themselves?",
        "Part 8",
    ),
    Lesson(
        "lottery_ticket",
        "The winning numbers",
        ":material/confirmation_number:",
        "Can a few weights learn alone what the whole network learns, and does it matter which"
        " numbers they start from?",
        BEYOND,
    ),
    Lesson(
        "lazy_rich",
        "Networks that learn by heart",
        ":material/menu_book:",
        "If a network fits all its examples, does it matter how large its weights began?",
        BEYOND,
    ),
    Lesson(
        "same_function",
        "Two seeds, one valley",
        ":material/route:",
        "What lies halfway between two trained networks?",
        BEYOND,
    ),
    Lesson(
        "scaling",
        "Does it still matter?",
        ":material/stacks:",
        "What do depth and width ask of a start, and of the learning rate that goes with it?",
        BEYOND,
    ),
]

TOOLS = [
    Lesson(
        "your_network",
        "Your own network",
        ":material/lan:",
        "How far are the weights of your own network from a usual start, and from those of its"
        " next checkpoint?",
        OWN_WORK,
    ),
]
"""Pages that ask for nothing to be predicted, and have no place in the order of the lessons."""


def pages() -> list[Lesson]:
    """All pages but the home page."""
    return [*LESSONS, *TOOLS]


def sections() -> list[tuple[str, list[Lesson]]]:
    """All pages in their order, under the headings of the map: the course, what lies beyond it,
    and the tools; a heading without pages is left out.
    """
    course = [entry for entry in LESSONS if entry.part != BEYOND]
    beyond = [entry for entry in LESSONS if entry.part == BEYOND]
    found = (("The course map", course), (BEYOND, beyond), (OWN_WORK, TOOLS))
    return [(heading, some) for heading, some in found if some]


def lesson(slug: str) -> Lesson:
    """The page with this slug; KeyError where there is none."""
    return {entry.slug: entry for entry in pages()}[slug]
