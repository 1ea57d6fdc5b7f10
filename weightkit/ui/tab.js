// The tab's random id, by which a class counts one answer of it: made by the server, kept by the tab (no cookie), told
// to a session that does not know it (after a reload, or on a server that has been restarted) once.
export default function ({ data: [data], setTriggerValue }) {
  try {
    const kept = sessionStorage.getItem("weightkit-tab")
    if (!kept) sessionStorage.setItem("weightkit-tab", data.tab)
    else if (kept !== data.tab && window.weightkitTab !== data.tab) {
      window.weightkitTab = data.tab
      setTriggerValue("tab", kept)
    }
  } catch {} // a frame may have no storage: then its session is the tab
}
