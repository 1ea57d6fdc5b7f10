"""For your own work: a network by its weights."""

from weightkit.ui import lesson, own_network

page = lesson.start(
    "your_network",
    "A checkpoint tells more than its accuracy: how large its weights are beside what **Kaiming**,"
    " **Xavier** and **PyTorch's default** would draw, which matrices have lost rank, which rows"
    " are equal, and, with a second one, what has moved and what is frozen.",
)
with page.left:
    mine = own_network.ask(page.embedded)
table = None
if mine is not None:
    seen = page.run(own_network.look, mine)
    for found in seen:
        own_network.tell(page, found)
    table = seen[-1].table
bad, good, trained = page.run(own_network.example, own_network.Example())
page.say(
    "##### An example: two starts of one network\n\nFour layers with 64, 64, 32 and 10 units. Both"
    " are drawn by Kaiming's formula, and in the bad one three layers are spoiled.",
    beside=mine is None,
)
page.pair(bad.figures[0], good.figures[0], beside=mine is None)
for place, found in zip(page.columns(2), (bad, good), strict=True):
    own_network.say(page, found, place)
page.pair(*bad.figures[1:])
own_network.tell(page, trained)
page.table(bad.table if table is None else table, "All that was measured, a row each")
page.finish()
