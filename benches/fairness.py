"""Does adjusting tell good officers from bad ones? Twenty generated banks whose officers' true effects are known.

    python3 -m venv venv && venv/bin/pip install duckdb
    venv/bin/python benches/fairness.py target/release/postloan /tmp/fairness

Prints the table of README.md, section Fairness. Takes the program, a folder for the banks, and optionally how many seeds.
"""

import math
import pathlib
import re
import subprocess
import sys

import duckdb

INPUTS = {"branch", "customer", "loan", "loan_snapshot", "loan_event", "officer", "officer_assignment", "truth"}
SCHEME = """version = "fairness"
[dimension.RISK]
weight = { base = 1, tilt = 1 }
[dimension.RISK.indicator.npl_formation_rate]
weight = 1
curve = { linear = [[0.06, 0], [0, 100]] }
case_mix = true
shrink = { credibility = 2 }
[grades]
E = 0
"""
# Half a standard deviation of the officers' skill and of their case mix.
HALF_SKILL, HALF_MIX = 0.225, 0.25


def make(program: str, folder: pathlib.Path, seed: int) -> None:
    size = ["--loans", "6000", "--months", "24", "--officers", "20", "--branches", "3"]
    subprocess.run(
        [program, "generate", folder, *size, "--seed", str(seed), "--period", "year", "--unequal-books", "-q"],
        check=True, stdout=subprocess.DEVNULL,
    )
    config = folder / "postloan.toml"
    head, *sources = re.split(r"(?m)^(?=\[\[source\]\])", config.read_text())
    wanted = [text for text in sources if re.search(r'(?:table|name) = "(\w+)"', text).group(1) in INPUTS]
    tables = '\n[publish]\ntables = ["officer_indicator", "officer_funnel", "bank_indicator"]\n\n'
    config.write_text(head + tables + "".join(wanted))
    (folder / "scheme.toml").write_text(SCHEME)
    subprocess.run([program, "run", "-p", folder, "-q"], check=True, stdout=subprocess.DEVNULL)


def ranks(values: list[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    result, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in range(first, last + 1):
            result[order[place]] = (first + last) / 2
        first = last + 1
    return result


def spearman(a: list[float], b: list[float]) -> float:
    a, b = ranks(a), ranks(b)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return covariance / math.sqrt(spread) if spread else 0.0


def read(folder: pathlib.Path) -> list[tuple]:
    lake = folder / "lake/current"
    return duckdb.sql(
        f"""SELECT i.raw_value, coalesce(i.case_mix_value, i.raw_value), i.scored_value, i.lower, i.upper, f.n_loans, f.observed,
                   f.expected, skill.value, mix.value, b.raw_value
            FROM '{lake}/officer_indicator/2025.parquet' AS i
            JOIN '{lake}/officer_funnel/2025.parquet' AS f USING (indicator_id, officer_id)
            JOIN '{lake}/bank_indicator/2025.parquet' AS b USING (indicator_id)
            JOIN '{folder}/truth.parquet' AS skill ON skill.id = i.officer_id AND skill.measure = 'true_effect'
            JOIN '{folder}/truth.parquet' AS mix ON mix.id = i.officer_id AND mix.measure = 'case_mix'
            WHERE i.indicator_id = 'npl_formation_rate' AND i.raw_value IS NOT NULL ORDER BY i.officer_id"""
    ).fetchall()


def main() -> None:
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    better = held = intervals = hard = low_raw = low_scored = 0
    for seed in range(1, seeds + 1):
        folder = root / str(seed)
        if not (folder / "lake").exists():
            make(program, folder, seed)
        rows = read(folder)
        raw, mixed, scored, lower, upper, loans, observed, expected, skill, mix, bank = map(list, zip(*rows))
        count = len(rows)
        mean = sum(e * math.exp(s) for e, s in zip(expected, skill)) / sum(expected)
        covered = [lo <= math.exp(s) / mean * b <= up for lo, up, s, b in zip(lower, upper, skill, bank) if lo is not None]
        tenth = max(1, count // 10)
        worst_raw = set(sorted(range(count), key=lambda o: -raw[o])[:tenth])
        worst_scored = set(sorted(range(count), key=lambda o: -scored[o])[:tenth])
        for officer in range(count):
            if abs(skill[officer]) < HALF_SKILL and mix[officer] > HALF_MIX:
                hard += 1
                low_raw += officer in worst_raw
                low_scored += officer in worst_scored
        of_raw, of_mixed, of_scored = (spearman(values, skill) for values in (raw, mixed, scored))
        better += of_scored > of_raw
        held, intervals = held + sum(covered), intervals + len(covered)
        print(
            f"| {seed} | {count} | {min(loans):.0f}–{max(loans):.0f} | {sum(observed):.0f} | {of_raw:.2f} | {of_mixed:.2f} "
            f"| {of_scored:.2f} | {100 * sum(covered) / len(covered):.0f} % |",
            flush=True,
        )
    print(f"scored nearer to the truth than raw: {better} of {seeds}; intervals that hold it: {held} of {intervals}")
    print(f"average officers with a hard book: {hard}; in the bottom tenth raw {low_raw}, scored {low_scored}")


main()
