"""The page as a widget of a notebook, whose selection Python can read and set. Needs the extra `kgraph-code[jupyter]`.

Input: the bytes of a page. Output: an anywidget. The page runs in a frame without rights of its own; the widget's
script passes the selection between the frame and the kernel, and nothing else.
"""

from __future__ import annotations

from typing import Any

from kgraph.errors import MissingExtraError

_SCRIPT = """
export default {
  render({ model, el }) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-popups");
    frame.title = "kgraph";
    frame.style.cssText = "width:100%;border:1px solid #8888;border-radius:6px";
    frame.style.height = `${model.get("height")}px`;
    frame.srcdoc = model.get("_page");
    const tell = () => {
      if (model.get("selected")) frame.contentWindow?.postMessage({ kgraph: "select", id: model.get("selected") }, "*");
    };
    const hear = (event) => {
      if (event.source !== frame.contentWindow || typeof event.data?.kgraph !== "string") return;
      if (event.data.kgraph === "ready") tell();
      if (event.data.kgraph === "selected" && event.data.id !== model.get("selected")) {
        model.set("selected", String(event.data.id));
        model.save_changes();
      }
    };
    addEventListener("message", hear);
    model.on("change:selected", tell);
    el.append(frame);
    return () => {
      removeEventListener("message", hear);
      model.off("change:selected", tell);
    };
  },
};
"""


def widget(page: bytes, *, height: int = 640, selected: str = "") -> Any:
    """A widget that shows the page. Its `selected` is the id of the selected node; setting it selects.

    Raises `MissingExtraError` where anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise MissingExtraError("anywidget", "jupyter") from None

    class GraphWidget(anywidget.AnyWidget):
        _esm = _SCRIPT
        _page = traitlets.Unicode("").tag(sync=True)
        height = traitlets.Int(640).tag(sync=True)
        selected = traitlets.Unicode("").tag(sync=True)

    return GraphWidget(_page=page.decode("utf-8"), height=height, selected=selected)
