"""Installs what a command needs, and says in one line what cannot be had and why.

    install.py npm STAMP                  the packages of the package-lock.json beside its folder, node_modules
    install.py build STAMP                those of them that the build of the functions needs
    install.py python STAMP REQUIREMENTS  the packages of a requirements file, into a virtual environment

STAMP is the file that tells make that this was done; its folder is the one that is filled. This is Python, not
TypeScript as its neighbors, because it runs before there is a Node that runs TypeScript.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Not the Python of an environment that is about to be deleted.
OUTER_PYTHON = getattr(sys, "_base_executable", sys.executable)
# What npm prints around the reason.
NOISE = re.compile(r"npm (error|ERR!) (code|errno|syscall|type|A complete log|\s*$)|.*complete log of this run")
LOG = Path(".local/logs/install.log")


def fail(sentence: str):
    sys.exit(f"install: {sentence}")


def run(what: str, command: list, tally: str = "", folder: Path = Path()) -> None:
    """Runs a command into the log, with a sign of life every few seconds; `tally` marks the lines worth counting."""
    started = shown = time.monotonic()
    lines, counted = [], 0
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            for line in process.stdout:
                log.write(line)
                lines = [*lines[-200:], line.strip()]
                counted += bool(tally and line.startswith(tally))
                if time.monotonic() - shown > 5:
                    shown = time.monotonic()
                    count = f", {counted} packages" if counted else ""
                    print(f"  … {shown - started:.0f} s{count}", flush=True)
    if process.returncode != 0:
        fail(f"{what} could not be installed: {reason(lines)} (all of it: {LOG})")
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def reason(lines: list) -> str:
    """The line that a person needs, out of what npm or pip printed before it gave up."""
    network = re.compile(r"ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|refused|timed out|Name or service|No space left", re.IGNORECASE)
    errors = [line for line in lines if re.match(r"(npm (error|ERR!)|ERROR:)", line, re.IGNORECASE)]
    telling = [line for line in lines if network.search(line)] or [line for line in errors if not NOISE.match(line)]
    said = (telling or errors or lines or ["no reason given"])[0]
    return re.sub(r"^(npm (error|ERR!)|ERROR:|WARNING:)\s*", "", said, flags=re.IGNORECASE)


def install_npm(stamp: Path, whole: bool) -> None:
    for program in ("node", "npm"):
        if not shutil.which(program):
            fail(f"{program} is not on the PATH; install Node.js 20 or newer, which brings npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    major = int(version.lstrip("v").split(".")[0])
    # On Linux with glibc the Node that runs everything, the Lambda runtime's own version, is itself an npm package.
    packaged = platform.libc_ver()[0] == "glibc" and platform.machine() in ("x86_64", "aarch64", "arm64")
    least = 20 if packaged else 24
    if major < least:
        fail(f"Node.js {version} is too old for {platform.system()} {platform.machine()}; install {least} or newer")
    folder = stamp.parent.parent
    size = "some 400 MB, a minute or so" if whole else "what the build needs"
    print(f"Installing the npm packages {f'of {folder}' if folder.name else f'({size})'} …", flush=True)
    omitted = [] if whole else ["--omit=dev"]
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=http", *omitted]
    run("the npm packages", command, tally="npm http fetch", folder=folder)
    if least == 20 and not Path("node_modules/.bin/node").exists():
        fail("npm left out Node 24 (package node-linux-*); run `npm ci --include=optional` and see why")
    stamp.touch()


def install_python(stamp: Path, requirements: Path) -> None:
    if sys.version_info < (3, 11):
        fail(f"Python {platform.python_version()} is too old; MiniStack and the SAM CLI, as pinned, need 3.11 or newer")
    environment = stamp.parent
    print(f"Installing the Python packages of {requirements} into {environment} (a minute or two) …", flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    made = subprocess.run(
        [OUTER_PYTHON, "-m", "venv", str(environment)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        shutil.rmtree(environment, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if "ensurepip" in made.stdout + made.stderr:
            fail(
                f"this Python has no venv module with pip in it; on Debian and Ubuntu: apt-get install python{version}-venv"
            )
        fail(f"no virtual environment could be made: {reason((made.stdout + made.stderr).splitlines())}")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
    # The file names every package. pip's own search for what they need would take the newest version of a package with extras,
    # such as botocore[crt], and refuse it for want of a hash: https://github.com/pypa/pip/issues/9644
    locked = ["--no-deps", "--require-hashes", "-r", str(requirements)]
    run(f"the packages of {requirements}", [*pip, *locked], tally="Collecting")
    run("what those packages need", [str(environment / "bin" / "python"), "-m", "pip", "check"])
    stamp.touch()


def done_meanwhile(stamp: Path, source: Path) -> bool:
    """Whether another make, for which this one has waited, has installed the same."""
    return stamp.exists() and stamp.stat().st_mtime >= source.stat().st_mtime


def leave_own_programs() -> None:
    """Takes the project's own folders off the PATH: npm and Python must not run on what they are about to replace."""
    entries = os.environ["PATH"].split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(entry for entry in entries if ROOT not in Path(entry).resolve().parents)


if __name__ == "__main__":
    os.chdir(ROOT)
    leave_own_programs()
    kind, stamp = sys.argv[1], Path(sys.argv[2])
    source = Path(sys.argv[3]) if kind == "python" else stamp.parent.parent / "package-lock.json"
    LOG.parent.mkdir(parents=True, exist_ok=True)
    try:
        with LOG.with_suffix(".lock").open("w", encoding="utf-8") as lock:
            # Two at once would delete each other's files.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if done_meanwhile(stamp, source):
                sys.exit()
            if kind == "python":
                install_python(stamp, source)
            else:
                install_npm(stamp, whole=kind == "npm")
    except KeyboardInterrupt:
        sys.exit("install: interrupted")
