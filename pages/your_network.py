"""For your own work: a network by its weights."""

from weightkit.ui import lesson, network_told, own_network

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
    seen = page.run(network_told.look, mine)
    for found in seen:
        network_told.tell(page, found)
    table = seen[-1].table
bad, good, trained = page.run(network_told.example, network_told.Example())
page.say(
    "##### An example: two starts of one network\n\nFour layers with 64, 64, 32 and 10 units. Both"
    " are drawn by Kaiming's formula, and in the bad one three layers are spoiled.",
    beside=not page.figures,
)
page.pair(bad.figures[0], good.figures[0], beside=not page.figures)
for place, found in zip(page.columns(2), (bad, good), strict=True):
    network_told.say(page, found, place)
page.pair(*bad.figures[1:])
network_told.tell(page, trained)
page.table(lambda: bad.table if table is None else table, "All that was measured, a row each")
page.finish()
