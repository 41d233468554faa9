"""Run the benchmarks named, or all of them, one process each; exit 1 if one misses its goal.

python -m bench [NAME ...]
"""

import pkgutil
import subprocess
import sys
import time

import bench


def names() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    return sorted(name for name in found if not name.startswith("_"))


def main(asked: list[str]) -> int:
    unknown = set(asked) - set(names())
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
        return 2
    failed = []
    for name in asked or names():
        print(f"== {name}", flush=True)
        started = time.perf_counter()
        code = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else f'exit {code}'}, ", end="")
        print(f"{time.perf_counter() - started:.1f} s\n", flush=True)
        if code:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
