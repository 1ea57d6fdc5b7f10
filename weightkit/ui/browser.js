// What a page needs of the browser that Streamlit does not do. Runs in the page itself, once per mount; `data` is what
// the last script run has said: the addresses of all pages, and how often the reader has committed an answer.
const once = (name, start) => {
  const mine = (window.weightkit ??= {})
  if (!mine[name]) mine[name] = start() ?? true
  return mine[name]
}

// One entry of the history per deliberate step: Streamlit pushes one whenever the address changes. What changes it
// without a press of button or key since the last time (a link made canonical, a slider still being dragged) replaces.
const history_by_step = () => {
  let acted = false, last = { key: null, when: 0 }
  addEventListener("pointerdown", () => { acted = true }, true)
  addEventListener("click", e => { if (e.detail === 0) acted = true }, true) // by keyboard, or by a screen reader
  addEventListener("keydown", e => {
    const again = e.repeat || (e.key === last.key && e.timeStamp - last.when < 700) // a key held, or a run of presses
    last = { key: e.key, when: e.timeStamp }
    if (!again) acted = true
  }, true)
  const push = window.history.pushState.bind(window.history)
  window.history.pushState = (state, title, url) => {
    const same = new URL(url ?? location.href, location.href).pathname === location.pathname
    if (same && !acted) window.history.replaceState(state, title, url)
    else push(state, title, url)
    acted = false
  }
}

// Streamlit remembers a theme for the page it was chosen on only: tell it to the others.
const theme_everywhere = pages => {
  const name = path => `stActiveTheme-${path}-v2`
  const first = once("first", () => location.pathname)
  const here = pages.find(page => page && first.replace(/\/$/, "").endsWith(`/${page}`)) ?? ""
  const base = first.replace(/\/$/, "").slice(0, here ? -here.length - 1 : undefined)
  const all = pages.map(page => name(`${base}/${page}`))
  const mine = localStorage.getItem(name(first))
  for (const key of all) {
    if (localStorage.getItem(key) === mine) continue
    if (mine === null) localStorage.removeItem(key)
    else localStorage.setItem(key, mine)
  }
}

// Streamlit's list of pages has boxes between <ul> and <li>, which a screen reader cannot take for a list: it is a group
// of links.
const pages_are_links = () => {
  const name = () => {
    for (const list of document.querySelectorAll("[data-testid=stSidebarNavItems]:not([role])")) {
      list.setAttribute("role", "group")
    }
    for (const item of document.querySelectorAll("[data-testid=stSidebarNavItems] li:not([role])")) {
      item.setAttribute("role", "presentation")
    }
  }
  name()
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
}

// A term's explanation stays while the word has the focus: Escape takes it away.
const terms_close = () => {
  addEventListener("keydown", e => {
    if (e.key === "Escape" && document.activeElement?.matches(".term")) document.activeElement.blur()
  })
}

// A phone's sidebar covers the page: a tap on a lesson closes it.
const sidebar_closes = () => {
  addEventListener("click", e => {
    if (innerWidth >= 768 || !e.target.closest?.("[data-testid=stSidebar] a")) return
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
  })
}

// An open panel is reached by Tab from its button, and left by Tab at its end: Streamlit puts it at the end of the page.
const panels_by_keyboard = () => {
  const stops = "a[href], button:not([disabled]), input, select, textarea, [tabindex='0']"
  addEventListener("keydown", e => {
    const panel = document.querySelector("[data-testid=stPopoverBody]")
    if (e.key !== "Tab" || !panel) return
    const opener = document.querySelector("[data-testid=stPopover] button[aria-expanded=true]")
    const inside = [...panel.querySelectorAll(stops)].filter(stop => stop.checkVisibility({ visibilityProperty: true }))
    const at = inside.indexOf(document.activeElement)
    const outside = at < 0 && document.activeElement !== opener && document.activeElement !== document.body
    if (outside || !inside.length) return
    const way = [...inside, opener] // round in a circle; Escape closes
    const next = way.at(((at < 0 ? inside.length : at) + (e.shiftKey ? -1 : 1)) % way.length)
    e.preventDefault()
    next.focus()
  }, true)
}

// The first chart of a phone's page stays in sight below its heading, which is as high as its words (--lead, style.LEAD).
const chart_below_heading = () => {
  let heading = null
  const size = new ResizeObserver(([seen]) => {
    document.documentElement.style.setProperty("--lead", `${seen.target.offsetHeight}px`)
  })
  const look = () => {
    const now = document.querySelector(".st-key-lead > :first-child")
    if (now === heading) return
    size.disconnect()
    heading = now
    if (now) size.observe(now)
  }
  look()
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
}

// After a committed answer the card is gone, and the focus with it: it goes to the verdict, once that is there.
const focus_verdict = () => {
  const until = performance.now() + 120_000
  const look = () => {
    const verdict = document.querySelector(".st-key-verdict [data-testid=stAlert]")
    const lost = !document.activeElement || document.activeElement === document.body
    if (!lost || performance.now() > until) return
    if (!verdict) return void setTimeout(look, 150)
    verdict.tabIndex = -1
    verdict.focus({ preventScroll: true })
  }
  setTimeout(look, 150)
}

// A question that a preset or another view brings up may stand above what a phone shows.
const question_in_sight = known => {
  const card = document.querySelector("[data-testid=stForm]")
  if (card && known.asked === false && card.getBoundingClientRect().top < 0) card.scrollIntoView({ block: "center" })
  known.asked = Boolean(card)
}

// The tab remembers the visit's predictions: `data.kept` is what the server knows of them. A session that knows of none
// (after a reload, or on a server that has been restarted) is told once.
const remember = (data, setTriggerValue) => {
  try {
    if (data.kept) sessionStorage.setItem("weightkit", data.kept)
    else if (data.session) {
      const kept = sessionStorage.getItem("weightkit")
      if (kept && window.weightkitTold !== data.session) {
        window.weightkitTold = data.session
        setTriggerValue("kept", kept)
      }
    }
  } catch {} // a frame may have no storage
}

export default function ({ data: [data], setTriggerValue }) {
  remember(data, setTriggerValue)
  once("history", history_by_step)
  once("sidebar", sidebar_closes)
  once("panels", panels_by_keyboard)
  once("terms", terms_close)
  once("links", pages_are_links)
  once("lead", chart_below_heading)
  const known = once("state", () => ({ commits: data.commits }))
  if (data.commits > known.commits) focus_verdict()
  known.commits = data.commits
  // Asks for a run of the script when the theme is switched (in the menu, or by the system in the evening): Streamlit
  // repaints its own parts only, and leaves marks and code in the colours of the other theme.
  const app = document.querySelector("[data-testid=stApp]")
  const paper = () => getComputedStyle(app).backgroundColor
  let drawn = paper()
  // Also when a lost connection is back: the session may be a new one, on a server that was restarted or another replica,
  // and would take the next step of the reader for an arrival by the link, which does not know of it yet.
  const connected = () => app.dataset.testConnectionState === "CONNECTED"
  known.lost ??= false
  theme_everywhere(data.pages)
  const timer = setInterval(() => {
    theme_everywhere(data.pages)
    question_in_sight(known)
    const back = known.lost && connected()
    known.lost = !connected()
    if (paper() === drawn && !back) return
    drawn = paper()
    setTriggerValue("switched", true)
  }, 500)
  return () => clearInterval(timer)
}
