"""Finds and runs the program that is installed with this module."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path
from typing import Sequence


class HeatlensError(Exception):
    """What the program refused, in words.

    ``code`` is stable (``E_REQUEST``, ``E_MODEL`` …).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


class HeatlensWarning(UserWarning):
    """What the program notes of an input or a model, such as dark ink on white where the model takes the opposite."""


def program() -> str:
    """Path of the program ``heatlens``.

    Raises:
        HeatlensError: ``E_PROGRAM`` where it is not installed.
    """
    name = "heatlens" + (sysconfig.get_config_var("EXE") or "")
    user = "nt_user" if os.name == "nt" else "posix_user"
    folders = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", scheme=user) if user in sysconfig.get_scheme_names() else None,
        # `pip install --target`
        str(Path(__file__).resolve().parent.parent / "bin"),
        str(Path(sys.executable).parent),
    ]
    for folder in folders:
        if folder and os.access(Path(folder) / name, os.X_OK):
            return str(Path(folder) / name)
    found = shutil.which(name)
    if found is None:
        raise HeatlensError("E_PROGRAM", "the program heatlens, which comes with the Python package, is not installed")
    return found


def run(words: Sequence[str]) -> str:
    """What the program prints on its standard output; its notes become warnings, its errors exceptions."""
    done = subprocess.run([program(), *words], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    said = done.stderr.decode("utf-8", "replace")
    for line in said.splitlines():
        note = re.match(r"heatlens: (?:note|warning): (.*)", line)
        if note:
            warnings.warn(note[1], HeatlensWarning, stacklevel=4)
    if done.returncode != 0:
        last = said.strip().splitlines()[-1] if said.strip() else f"the program ended with {done.returncode}"
        error = re.fullmatch(r"heatlens: (.*) \((E_[A-Z_]+)\)", last)
        if error:
            raise HeatlensError(error[2], error[1])
        # What the command line itself does not understand.
        raise HeatlensError("E_REQUEST", re.sub(r"\s+", " ", said).strip() or last)
    return done.stdout.decode("utf-8")
