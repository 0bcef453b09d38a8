"""Medians of the rounds of deploy/benchmark: reads lines "KEY SYSTEM CONNECTIONS {json}" and "KEY value NAME NUMBER"."""

import json
import statistics
import sys


def main() -> int:
    rounds: dict[tuple[str, str, int], list[dict]] = {}
    values: dict[str, dict[str, float]] = {}
    for line in sys.stdin:
        key, system, name, rest = line.rstrip("\n").split(" ", 3)
        if system == "value":
            values.setdefault(key, {})[name] = float(rest)
        else:
            rounds.setdefault((key, system, int(name)), []).append(json.loads(rest))
    report = {}
    for key in dict.fromkeys(k for k, _, _ in rounds):
        def median(system: str, connections: int, figure) -> float:
            return round(statistics.median(figure(r) for r in rounds[key, system, connections]), 3)

        def rate(r: dict) -> float:
            return r["requests"] / r["seconds"]

        entry = {
            "ura_rps": median("ura", 32, rate),
            "nginx_rps": median("nginx", 32, rate),
            "p50_ms": median("ura", 32, lambda r: r["p50_ms"]),
            "p99_ms": median("ura", 32, lambda r: r["p99_ms"]),
            "p50_ms_c1": median("ura", 1, lambda r: r["p50_ms"]),
        }
        entry["ratio"] = round(entry["ura_rps"] / entry["nginx_rps"], 4)
        entry["ura_rps_c128"] = median("ura", 128, rate)
        entry["nginx_rps_c128"] = median("nginx", 128, rate)
        entry["ratio_c128"] = round(entry["ura_rps_c128"] / entry["nginx_rps_c128"], 4)
        entry.update(values.get(key, {}))
        report[key] = entry
    json.dump(report, sys.stdout, indent=2)
    print()
    wrong = [(k, r) for k, results in rounds.items() for r in results if r["bad"] or r["failed"]]
    for where, result in wrong:
        print("wrong answers or failures:", where, result, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
