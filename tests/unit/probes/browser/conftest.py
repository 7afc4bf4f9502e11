"""One Chromium for the module, which trusts an authority of ours and no other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from probes.browser.session import Browser
from tests.unit.probes.servers import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Browser]:
    if not (shutil.which("chromium") and shutil.which("certutil")):
        pytest.skip("chromium and certutil (libnss3-tools) are not installed")
    folder: Path = tmp_path_factory.mktemp("browser")
    with Browser(folder, authority.file) as browser:
        yield browser
