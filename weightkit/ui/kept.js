// The tab remembers the visit's predictions: `data.kept` is what the last script run knows of them. A session that knows
// of none (after a reload, or on a server that has been restarted) is told once.
export default function ({ data, setTriggerValue }) {
  try {
    if (data.kept) sessionStorage.setItem("weightkit", data.kept)
    else {
      const kept = sessionStorage.getItem("weightkit")
      if (kept && window.weightkitTold !== data.session) {
        window.weightkitTold = data.session
        setTriggerValue("kept", kept)
      }
    }
  } catch {} // a frame may have no storage
}
