// What a designer would see at once, measured: one line for each fault of the page that is open.
() => {
  const faults = []
  const say = (kind, what) => faults.push(`${kind}: ${what}`)
  const seen = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const words = e => (e.innerText ?? e.textContent).trim().replace(/\s+/g, " ").slice(0, 60)
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)].filter(seen)
  const main = document.querySelector("[data-testid=stMain]")

  // Side by side: what stands in columns at the same height on the screen begins at the same height.
  for (const row of all("[data-testid=stHorizontalBlock]", main)) {
    const columns = [...row.children].filter(c => c.dataset.testid === "stColumn")
    const charts = columns
      .filter(c => !c.querySelector(".st-key-controls, .st-key-first_look"))
      .map(c => all("[data-testid=stVegaLiteChart]", c)[0])
      .filter(Boolean)
      .map(c => c.getBoundingClientRect())
    charts.slice(1).forEach((right, i) => {
      const apart = Math.round(right.top - charts[i].top)
      if (right.left >= charts[i].right && Math.abs(apart) > 2) say("row", `chart ${i + 2} begins ${apart} px below its neighbour`)
    })
  }

  // The plots of two figures side by side stand on one line; where both have numbers on their axes,
  // not rows with names, they are equally high.
  const plot = chart => chart.querySelector(".role-frame.root path.background")?.getBoundingClientRect()
  const numbers = chart => all(".role-axis-label text", chart).every(t => !/[a-z]/i.test(t.textContent))
  for (const pair of all("[class*=st-key-pair_], [class*=st-key-beside_]", main)) {
    const charts = all("[data-testid=stVegaLiteChart] svg.marks", pair).filter(c => c.querySelector(".role-axis"))
    charts.slice(1).forEach((chart, i) => {
      const [left, right] = [plot(charts[i]), plot(chart)]
      if (right.left < left.right) return
      const [down, higher] = [right.bottom - left.bottom, right.height - left.height].map(Math.round)
      if (Math.abs(down) > 2) say("row", `plot ${i + 2} ends ${down} px below its neighbour`)
      if (Math.abs(higher) > 2 && numbers(chart) && numbers(charts[i])) say("row", `plot ${i + 2} is ${higher} px higher than its neighbour`)
    })
  }

  // Cut: words that do not fit into their place.
  for (const e of all("button, summary, label, a, h1, h2, h3, h4, h5, p, [data-testid=stSelectbox] *, [data-baseweb=select] *")) {
    if (e.closest("[data-testid=stDataFrame]") || e.children.length > 3) continue
    const style = getComputedStyle(e)
    const hides = style.overflowX !== "visible" || style.textOverflow === "ellipsis"
    if (hides && words(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 8) say("cut", words(e))
  }
  for (const chart of all("[data-testid=stVegaLiteChart] svg.marks", main)) {
    const frame = chart.getBoundingClientRect()
    const texts = all("text", chart).filter(t => t.textContent.trim())
    const placed = texts.map(t => ({ words: t.textContent.trim(), box: t.getBoundingClientRect(), turned: turned(t) }))
    for (const { words, box } of placed) {
      if (words.endsWith("…")) say("cut", `in a chart: ${words}`)
      const over = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom)
      if (over > 3) say("cut", `in a chart, by ${Math.round(over)} px: ${words}`)
    }
    // Over each other: two words of a chart in one place; a halo says the same as its word.
    placed.forEach((one, i) => placed.slice(i + 1).forEach(other => {
      if (one.words === other.words) return
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
      if (across > 1 && down > 3) say("overlap", `${one.words} | ${other.words}`) // boxes have room above and below
    }))
  }
  function turned(text) { return /rotate\(-?90\)/.test(text.getAttribute("transform") ?? "") }

  // Over each other: any two texts, controls or charts of the page that are of different elements.
  const cut = (e, box) => {
    let [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom]
    for (let up = e.parentElement; up && up !== main; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue
      const frame = up.getBoundingClientRect()
      left = Math.max(left, frame.left), right = Math.min(right, frame.right)
      top = Math.max(top, frame.top), bottom = Math.min(bottom, frame.bottom)
    }
    return { left, right, top, bottom }
  }
  const things = []
  const put = (e, box, said) => {
    const { left, right, top, bottom } = cut(e, box)
    const of = e.closest("summary, [data-testid=stElementContainer], [data-testid=stPopover]") ?? e
    if (right - left > 3 && bottom - top > 3) things.push({ of, left, right, top, bottom, said })
  }
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const node = texts.currentNode, e = node.parentElement, range = document.createRange()
    if (!node.data.trim() || e.closest("svg, style, script, .katex-mathml") || !seen(e)) continue
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) put(e, box, node.data.trim().slice(0, 60))
  }
  for (const e of all("svg.marks, canvas, button, input, textarea, [role=slider], img", main)) {
    const name = e.matches("svg.marks") ? "a chart" : words(e) || e.getAttribute("aria-label") || e.tagName.toLowerCase()
    put(e, e.getBoundingClientRect(), name)
  }
  things.forEach((one, i) => things.slice(i + 1).forEach(other => {
    if (one.of === other.of || one.of.contains(other.of) || other.of.contains(one.of)) return
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
    if (across > 2 && down > 3) say("overlap", `${one.said} | ${other.said}`)
  }))

  // Wrapped: segments fill whole rows, and the words on a button stand in one.
  for (const group of all("[data-testid=stButtonGroup]")) {
    const segments = all("[data-variant=segmented_control]", group)
    const rows = Object.values(Object.groupBy(segments, b => Math.round(b.getBoundingClientRect().top)))
    const ends = rows.map(row => Math.round(Math.max(...row.map(b => b.getBoundingClientRect().right))))
    if (Math.max(...ends) - Math.min(...ends) > 2) say("wrapped", segments.map(words).join(" / "))
  }
  for (const e of all(".st-key-share button, [class*=st-key-behind_] summary")) {
    const text = [...e.querySelectorAll("p")].filter(seen)[0]
    if (text && text.getBoundingClientRect().height > 1.6 * parseFloat(getComputedStyle(text).lineHeight)) say("wrapped", words(e))
  }
  const wide = Math.max(...[document.documentElement, main].map(e => e.scrollWidth - e.clientWidth))
  if (wide > 0) say("page", `wider than the window by ${wide} px`)
  return faults
}
