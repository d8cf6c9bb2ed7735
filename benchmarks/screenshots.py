"""The documents's pictures of the view: python benchmarks/screenshots.py path/to/repository-with-a-graph

Writes the page of a graph as `kgraph view` does, opens it in chromium, and takes the pictures. Needs the extra
`kgraph-code[test]` and a chromium on PATH.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

import kgraph

FOLDER = Path(__file__).parent.parent / "kgraph" / "view" / "screenshots"


@dataclass(frozen=True)
class Shot:
    """One picture: where it starts, and what is done before it is taken."""

    name: str
    fragment: str
    dark: bool = False
    run: str = ""  # in the page, before it is taken
    size: tuple[int, int] = (1280, 800)


# A third of the size of PNG, by the browser's own encoder.
_WEBP = """async png => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.9).split(",")[1];
}"""


# Clicks the cell that goes against the layering most.
_STRONGEST = """() => [...document.querySelectorAll("td.against")]
  .sort((a, b) => b.textContent - a.textContent)[0]?.click()"""


def shots(focus: str) -> list[Shot]:
    """The pictures of the documents; `focus` is a file to show the neighbourhood of."""
    node = quote(f"file/{focus}", safe="")
    return [
        Shot("map", ""),
        Shot("map-dark", f"#select={quote('folder/' + focus.partition('/')[0], safe='')}", dark=True),
        Shot("matrix", "#tab=matrix", run=_STRONGEST, size=(1480, 1060)),
        Shot("neighbourhood", f"#focus={node}&select={node}"),
    ]


def take(page: Page, shot: Shot, address: str) -> None:
    """Open the page and take one picture of it."""
    page.emulate_media(color_scheme="dark" if shot.dark else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": shot.size[0], "height": shot.size[1]})
    page.goto("about:blank")
    page.goto(address + shot.fragment)
    page.wait_for_selector("body[data-ready]")
    if shot.run:
        page.evaluate(shot.run)
    page.wait_for_timeout(1000)
    drawn = page.evaluate("document.body.dataset.drawn")
    target = FOLDER / f"{shot.name}.webp"
    picture = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")
    target.write_bytes(base64.b64decode(page.evaluate(_WEBP, picture)))
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB, drawn {drawn} ms after the page was asked for")


def main() -> None:
    """Write all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", help="a graph's folder, or its repository")
    parser.add_argument("--focus", default="c10/core/TensorImpl.h", help="a file to show the neighbourhood of")
    parser.add_argument("--source-url", default=None)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("there is no chromium on PATH")
    FOLDER.mkdir(exist_ok=True)
    with kgraph.open(asked.graph) as graph, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = graph.show(source_url=asked.source_url).save(Path(folder) / "map.html")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader", "--force-color-profile=srgb"]
        )
        page = browser.new_page()
        for shot in shots(asked.focus):
            take(page, shot, path.as_uri())
        browser.close()


if __name__ == "__main__":
    main()
