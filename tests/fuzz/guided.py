"""Coverage-guided fuzzing of the readers: `python -m tests.fuzz.guided [TARGET …] [--seconds 60]`.

It needs atheris, which only this uses: `pip install -e ".[fuzz]"` in an environment of its own (there are wheels for
CPython 3.11 and later, Linux). Inputs that were found stay in `.fuzz/TARGET`, where the next run begins; one that
fails is told with its traceback, and stays as `.fuzz/crash-…`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CORPUS = Path(".fuzz")
ONE = "--one"

HOW_TO = 'atheris is not installed. In an environment of its own: pip install -e ".[fuzz]"'


def main() -> int:
    """Every target in a process of its own, one after the other. Returns 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument(ONE, action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        _fuzz(asked.targets[0], asked.seconds)
        return 0  # never: libFuzzer ends the process
    try:
        import atheris  # noqa: F401
    except ImportError:
        print(HOW_TO, file=sys.stderr)
        return 2
    from tests.fuzz.targets import BYTES, WORDS

    known = (*WORDS, *BYTES)
    if unknown := [target for target in asked.targets if target not in known]:
        print(f"there is no target {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    return max(_run(target, asked.seconds) for target in asked.targets or known)


def _run(target: str, seconds: int) -> int:
    command = [sys.executable, "-m", "tests.fuzz.guided", target, "--seconds", str(seconds), ONE]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    executions = re.search(r"Done (\d+) runs", done.stderr)
    if done.returncode == 0 and executions is not None:
        print(f"{target}: {int(executions[1]):,} executions, nothing found", flush=True)
        return 0
    print(f"{target}: failed\n{done.stdout[-6000:]}{done.stderr[-3000:]}", flush=True)
    return 1


def _fuzz(target: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["bot"], enable_loader_override=False):
        from tests.fuzz.targets import BYTES, WORDS
    from tests.fuzz.samples import PIECES, SAMPLES

    corpus = CORPUS / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(SAMPLES.get(target, (b"banjir 40 cm di Jl. Mangga 2",))):
        (corpus / f"sample-{number}").write_bytes(sample)
    words = CORPUS / "words.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in piece.encode()) for piece in PIECES)
    words.write_text("".join(f'"{line}"\n' for line in lines))
    read: Callable[[bytes], None] = BYTES[target] if target in BYTES else _of_bytes(WORDS[target])
    options = (
        f"-max_total_time={seconds}",
        f"-dict={words}",
        f"-artifact_prefix={CORPUS}/",
        "-max_len=8192",
        "-timeout=20",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], read)
    atheris.Fuzz()


def _of_bytes(read: Callable[[str], None]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        read(data.decode(errors="surrogateescape"))

    return run


if __name__ == "__main__":
    sys.exit(main())
