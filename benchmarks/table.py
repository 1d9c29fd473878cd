#!/usr/bin/env python3
"""Makes the tables of benchmarks/README.md and the work-precision plots from one result file.

    python3 benchmarks/table.py benchmarks/results/<machine>-<date>.json [--plots FOLDER]

Speed-up at equal error: a peer's time at rtol 1e-6 over our time at the same median error, read off the straight line in
log(error), log(time) between our two neighbouring tolerances. Beyond our tightest or loosest tolerance nothing is claimed.
"""
import argparse
import json
import math
import pathlib


def rows_of(problem, solver):
    found = [row for row in problem["rows"] if row["solver"] == solver]
    return sorted((row for row in found if row["error_median"] is not None and 0 < row["error_median"] < 1),
                  key=lambda row: row["error_median"])


def time_at(rows, error):
    """Our microseconds at this error, or None where it would have to be extrapolated."""
    for tight, loose in zip(rows, rows[1:]):
        if tight["error_median"] <= error <= loose["error_median"]:
            width = math.log(loose["error_median"] / tight["error_median"])
            share = 0.5 if width == 0 else math.log(error / tight["error_median"]) / width
            return math.exp((1 - share) * math.log(tight["microseconds"]) + share * math.log(loose["microseconds"]))
    return None


def solvers_of(problem):
    return list(dict.fromkeys(row["solver"] for row in problem["rows"]))


def best_of_ours(problem, error, mixed=False):
    times = []
    for solver in solvers_of(problem):
        if solver.startswith("Kohort") and not solver.endswith("1 lane") and (" mixed" in solver) == mixed:
            time = time_at(rows_of(problem, solver), error)
            if time is not None:
                times.append((time, solver.removeprefix("Kohort ")))
    return min(times, default=None)


def mixed_cells(problem, row):
    """Of a peer's row: our time in mixed precision at its error, and how many times faster."""
    mixed = best_of_ours(problem, row["error_median"], mixed=True)
    return f"{mixed[0]:.1f} | {row['microseconds'] / mixed[0]:.1f} |" if mixed else "| |"


def speed_up_table(result):
    lines = ["| problem | peer at rtol 1e-6 | µs a twin | error | ours, µs at that error | by | times faster | mixed precision, µs | times faster |",
             "|---|---|---|---|---|---|---|---|---|"]
    for problem in result.get("work", []):
        for solver in solvers_of(problem):
            if solver.startswith("Kohort"):
                continue
            row = next((r for r in problem["rows"] if r["solver"] == solver and r["rtol"] == 1e-6), None)
            if row is None:
                continue
            error = row["error_median"]
            if error is None or not 0 < error < 1:
                lines.append(f"| {problem['problem']} | {solver} | fails | | | | | | |")
                continue
            ours = best_of_ours(problem, error)
            if ours is None:
                lines.append(f"| {problem['problem']} | {solver} | {row['microseconds']:.0f} | {error:.1e} | "
                             "outside our range | | | | |")
                continue
            lines.append(f"| {problem['problem']} | {solver} | {row['microseconds']:.0f} | {error:.1e} | {ours[0]:.1f} | "
                         f"{ours[1]} | {row['microseconds'] / ours[0]:.1f} | " + mixed_cells(problem, row))
        for solver, reason in problem.get("left_out", {}).items():
            lines.append(f"| {problem['problem']} | {solver} | {reason} | | | | | | |")
    return "\n".join(lines)


def precision_table(result):
    lines = ["| problem | solver | rtol | error, median | error, 99 % | µs a twin | steps | rejected |", "|---|---|---|---|---|---|---|---|"]
    for problem in result.get("work", []):
        for row in problem["rows"]:
            if row["solver"].endswith("1 lane"):
                continue
            error = [f"{value:.1e}" if value is not None else "failed" for value in (row["error_median"], row["error_99"])]
            lines.append(f"| {problem['problem']} | {row['solver']} | {row['rtol']:.0e} | {error[0]} | {error[1]} | "
                         f"{row['microseconds']:.1f} | {row['steps_per_twin']:.0f} | {row['rejected_per_twin']:.0f} |")
    return "\n".join(lines)


def accuracy_table(result):
    """Our median error at each tolerance: whether it falls with it."""
    tolerances = sorted({row["rtol"] for problem in result["work"] for row in problem["rows"]}, reverse=True)
    lines = ["| problem | solver | " + " | ".join(f"{rtol:.0e}" for rtol in tolerances) + " |", "|---" * (len(tolerances) + 2) + "|"]
    for problem in result["work"]:
        for solver in solvers_of(problem):
            if not solver.startswith("Kohort") or solver.endswith("1 lane"):
                continue
            error = {row["rtol"]: row["error_median"] for row in problem["rows"] if row["solver"] == solver}
            cells = ["" if rtol not in error else "failed" if error[rtol] is None else f"{error[rtol]:.0e}" for rtol in tolerances]
            lines.append(f"| {problem['problem']} | {solver.removeprefix('Kohort ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def heterogeneity_table(result):
    cells = {(row["interruption"], row["cv"]): row for row in result["heterogeneity"]}
    spreads = sorted({spread for _, spread in cells})
    lines = ["| interruption | " + " | ".join(f"CV {spread:.0%}" for spread in spreads) + " |", "|---" * (len(spreads) + 1) + "|"]
    for interruption in dict.fromkeys(kind for kind, _ in cells):
        row = [cells[interruption, spread] for spread in spreads]
        lines.append(f"| {interruption} | " + " | ".join(f"{cell['efficiency']:.3f}, {cell['failures']} failed" for cell in row) + " |")
    return "\n".join(lines)


def published_table(result):
    lines = ["| problem | Rodas4 1e-6 | Rodas4 1e-9 | Rodas4P2 1e-6 | Rodas4P2 1e-9 | Rodas5P 1e-6 | Rodas5P 1e-9 |", "|---|---|---|---|---|---|---|"]
    for row in result["published"]:
        digits = [f"{row[method][rtol]:.1f}" for method in ("rodas4", "rodas4p2", "rodas5p") if method in row for rtol in ("1e-6", "1e-9")]
        lines.append(f"| {row['problem']} to {row['t_end']:g} | " + " | ".join(digits) + " |")
    return "\n".join(lines)


def thread_table(result):
    lines = ["| problem | two threads over one |", "|---|---|"]
    return "\n".join(lines + [f"| {row['problem']} | {row['speed_up']:.2f} |" for row in result["threads"]])


def target_table(result):
    lines = ["| problem | target | lanes | µs a twin | over AVX-512 | same bits |", "|---|---|---|---|---|---|"]
    return "\n".join(lines + [f"| {row['problem']} | {row['target']} | {row['lanes']} | {row['microseconds']:.1f} | "
                              f"{row['times_slower']:.2f} | {'yes' if row['same_bits'] else 'NO'} |" for row in result["targets"]])


def peak_table(result):
    lines = ["| problem | solver | flops a step | GFLOP/s | peak, GFLOP/s | share |", "|---|---|---|---|---|---|"]
    for row in result["peak"]:
        how = f"steps of {row['step']}" if "step" in row else f"{row['rtol']:.0e}"
        share = f"{row['share']:.0%}"
        if "step" in row:
            share += f", of slots {row['share_of_slots']:.0%}; {row['steps_per_second']:.2g} steps/s"
        lines.append(f"| {row['problem']} | {row['solver']}, {how} | {row['flops_per_step']:.0f} | {row['gflops']:.1f} | "
                     f"{row['peak_gflops']:.1f} | {share} |")
    return "\n".join(lines)


def compile_table(result):
    lines = ["| model | states | non-zeros of J | operations of LU | compiler, s |", "|---|---|---|---|---|"]
    return "\n".join(lines + [f"| {row['model']} | {row['states']} | {row['jacobian']} | {row['factor_operations']} | "
                              f"{row['seconds']:.1f} |" for row in result["compile"]])


def plot(result, folder):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot
    for problem in result.get("work", []):
        figure, axes = pyplot.subplots(figsize=(6, 4.5), layout="constrained")
        for solver in solvers_of(problem):
            rows = rows_of(problem, solver)
            style = "-o" if solver.startswith("Kohort") else "--s"
            axes.loglog([r["microseconds"] for r in rows], [r["error_median"] for r in rows], style, label=solver, markersize=4)
        axes.set_xlabel("CPU time a twin, one core [µs]")
        axes.set_ylabel("achieved error, median over twins")
        axes.set_title(f"{problem['problem']}: {problem['states']} states")
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(fontsize=8)
        figure.savefig(folder / f"{problem['problem'].lower()}.svg")
        pyplot.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--plots", type=pathlib.Path)
    arguments = parser.parse_args()
    result = json.loads(arguments.result.read_text())
    tables = {"work": lambda r: "\n\n".join([speed_up_table(r), accuracy_table(r), precision_table(r)]), "heterogeneity": heterogeneity_table,
              "published": published_table, "threads": thread_table, "targets": target_table,
              "peak": peak_table, "compile": compile_table}
    print("\n\n".join(table(result) for name, table in tables.items() if name in result))
    if arguments.plots:
        arguments.plots.mkdir(parents=True, exist_ok=True)
        plot(result, arguments.plots)


if __name__ == "__main__":
    main()
