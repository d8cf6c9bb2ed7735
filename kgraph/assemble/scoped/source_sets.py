"""Source sets of Kotlin: what is for all platforms does not see what is for one, nor one platform another.

Input: paths of files, whose folders below `src` name the sets (`commonMain`, `jvmTest`). Output: whether one file can
see what another one declares. A set of a name that says nothing of platforms sees all, and is seen.
"""

from __future__ import annotations

import re

_SET = re.compile(r"(.*(?:^|/))src/([a-z]\w*?)(Main|(?:Unit|Instrumented|Host|Device)?Test)/")
_COMMON = "common"
# What the names of sets begin with, and the platform.
_PLATFORMS = {
    **{"wasmJs": "wasmJs", "wasmWasi": "wasmWasi", "js": "js", "jvm": "jvm", "android": "jvm", "desktop": "jvm"},
    **dict.fromkeys(
        ("native", "apple", "ios", "macos", "tvos", "watchos", "linux", "mingw", "androidNative"), "native"
    ),
}
_PLATFORM = re.compile(f"({'|'.join(_PLATFORMS)})(?:(?:Simulator)?(?:Arm|X)\\d+|Debug|Release|Device)?")


def sees(path: str, other: str) -> bool:
    """Whether a file can see what another one declares, as far as their source sets tell."""
    own, declared = _SET.match(path), _SET.match(other)
    if own is None or declared is None:
        return True
    if own[3] == "Main" != declared[3]:
        return False
    if own[2] == _COMMON != declared[2]:
        return own[1] != declared[1] and not _platform(declared[2])
    one, another = _platform(own[2]), _platform(declared[2])
    return not one or not another or one == another


def _platform(name: str) -> str:
    found = _PLATFORM.fullmatch(name)
    return _PLATFORMS[found[1]] if found else ""
