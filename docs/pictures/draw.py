# ruff: noqa: INP001 - a script of the docs, no package to ship.
"""Draw the pictures of the README again, from what the `kith` command prints.

    .venv/bin/kith demo                     (in another terminal, until it has played)
    .venv/bin/python docs/pictures/draw.py

Nothing is drawn by hand: the command runs, its colours are read, and the lines of one night are
cut out. So the picture is wrong only where the output is.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[2]
HER = "nhs:9992186062"
COLUMNS = 110
# From the assessment that was silent to the carer's answer.
FIRST, AFTER = "Vulnerability assessed on arrest", "Released from"
THEME = TerminalTheme(
    (22, 27, 34),
    (214, 220, 228),
    [
        (72, 79, 88),
        (255, 123, 114),
        (126, 231, 135),
        (240, 196, 90),
        (121, 192, 255),
        (224, 160, 255),
        (118, 216, 216),
        (177, 186, 196),
    ],
)
# As rich's own, but without fonts from elsewhere: a picture that loads nothing tells nobody.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"
     role="img" aria-label="A night in custody, as kith timeline shows it">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
    font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-family: system-ui, Arial, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
  <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    """Draw; 1 where the command fails or the night is not in its output."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--state-dir", type=Path, default=ROOT / ".kith")
    state_dir = parser.parse_args().state_dir
    try:
        output = _output("timeline", HER, "--state-dir", str(state_dir))
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(failed.stderr)
        return 1
    night = _night(output)
    if not night:
        sys.stderr.write("The night is not in the timeline: has `kith demo` played?\n")
        return 1
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    console.print(Text.from_ansi("\n".join(night)))
    svg = console.export_svg(
        title="A night in custody, as kith timeline shows it",
        theme=THEME,
        code_format=SVG,
        unique_id="kith",
    )
    target = Path(__file__).with_name("timeline.svg")
    # Rich ends each line with the spaces that the terminal had.
    target.write_text(re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE), encoding="utf-8")
    sys.stdout.write(f"{target.relative_to(ROOT)}: {len(night)} lines\n")
    return 0


def _output(*arguments: str) -> str:
    environment = {
        **os.environ,
        "COLUMNS": str(COLUMNS),
        "FORCE_COLOR": "1",
        "TERM": "xterm-256color",
    }
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "kith.cli", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def _night(output: str) -> list[str]:
    """The lines from FIRST up to AFTER, under the heading of the columns."""
    lines = [line.rstrip() for line in output.splitlines()]
    heading = [line for line in lines[:6] if "happened" in Text.from_ansi(line).plain]
    starts = [i for i, line in enumerate(lines) if FIRST in line]
    ends = [i for i, line in enumerate(lines) if AFTER in line]
    if not (starts and ends and ends[-1] > starts[-1]):
        return []
    return [*heading, *lines[starts[-1] : ends[-1] - 1]]


if __name__ == "__main__":
    sys.exit(main())
