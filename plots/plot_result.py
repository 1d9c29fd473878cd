"""Pictures of an uncertainty study, from its result file alone: kohort plot RESULT.

usage: plot_result.py RESULT FOLDER      writes <study>-<picture>.png and .svg, and prints their names
"""
import sys
from pathlib import Path

try:
    import h5py
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
except ImportError as error:
    print(error)
    sys.exit(3)  # by agreement with the program: a package is missing

# Okabe and Ito 2008: told apart with every kind of colour vision, and in this order in grey
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999", "#332288", "#882255"]
WIDTH, HEIGHT = 6.4, 3.8  # inches
BARS = 24  # parameters in a tornado picture
LABELLED = 8  # of very many parameters, those that are named
plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 11,
                     "axes.titlelocation": "left", "legend.frameon": False, "svg.hashsalt": "kohort",
                     "savefig.dpi": 160, "figure.constrained_layout.use": True})


def texts(dataset):
    return [text.decode() if isinstance(text, bytes) else str(text) for text in dataset[()]]


def colour(index):
    return COLOURS[index % len(COLOURS)]


class Result:
    def __init__(self, path):
        self.file = h5py.File(path, "r")
        if not str(self.file.attrs.get("schema_version", "")).startswith("kohort-uncertainty-result/"):
            sys.exit(f"{path}: not the result of an uncertainty study")
        if not self.file.attrs["complete"]:
            sys.exit(f"{path}: this result is not complete")
        self.name = str(self.file.attrs["study_name"])
        self.topic = str(self.file.attrs["topic"])

    def group(self, name):
        return self.file.get(name)

    def time(self, group):
        return group["time"][()], group["time"].attrs["units"]


class Album:
    def __init__(self, result, folder):
        self.result, self.folder = result, Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def save(self, figure, picture):
        safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in picture)
        for ending in ("png", "svg"):
            path = self.folder / f"{self.result.name}-{safe}.{ending}"
            figure.savefig(path, metadata={"Date": None} if ending == "svg" else None)
            print(path)
        plt.close(figure)


def with_unit(name, unit):
    return name if unit in ("", "1") else f"{name} [{unit}]"


def time_axis(axes, times, unit):
    axes.set_xlim(times[0], times[-1])
    axes.set_xlabel(f"time [{unit}]")
    days = {"h": 24, "min": 1440}.get(unit)
    if days and times[-1] - times[0] >= days / 2:
        axes.xaxis.set_major_locator(matplotlib.ticker.MultipleLocator(days / 8))


def bands(result, album):
    """The course of each variable: its median, and the shares of runs around it."""
    group = result.group("quantiles")
    if group is None:
        return
    p, (times, unit) = group["probability"][()], result.time(group)
    for v, variable in enumerate(texts(group["variable"])):
        values = group["value"][:, v, :]
        figure, axes = plt.subplots(figsize=(WIDTH, HEIGHT))
        for low in range(len(p) // 2):
            high = len(p) - 1 - low
            if abs(p[low] + p[high] - 1) < 1e-9:
                axes.fill_between(times, values[low], values[high], color=COLOURS[0], alpha=0.18 + 0.12 * low, linewidth=0,
                                  label=f"{100 * (p[high] - p[low]):g} % of runs")
        if len(p) % 2:
            axes.plot(times, values[len(p) // 2], color=COLOURS[0], label="median")
        axes.set_ylabel(with_unit(variable, texts(group["variable_unit"])[v]))
        time_axis(axes, times, unit)
        axes.legend()
        album.save(figure, f"bands-{variable}")


def stacked(result, album):
    """Which parameter explains how much of the variance alone, over time; what is left over is interaction."""
    name = next((topic for topic in ("sobol", "shapley", "variance_split", "chaos", "fast", "rbd_fast") if result.group(topic)), None)
    if name is None or "variable" not in result.group(name):
        return
    group, field = result.group(name), "share" if name in ("shapley", "variance_split") else "first"
    times, unit = result.time(group)
    labels, moments = texts(group["parameter"]), result.group("moments")
    for v, variable in enumerate(texts(group["variable"])):
        first = np.clip(group[field][:, v, :], 0, None)
        known = np.isfinite(first).all(axis=0)
        if not known.any():
            continue
        scale = np.maximum(1, first.sum(axis=0))  # noise may bring the sum above 1
        parts = np.where(known, first / scale, np.nan)
        figure, axes = plt.subplots(figsize=(WIDTH + 1.2, HEIGHT))
        floor = np.zeros(len(times))
        weight = np.ones(len(times)) if moments is None else np.nan_to_num(moments["sd"][v]) ** 2
        order = np.argsort(-np.nansum(parts * weight, axis=1))  # where nothing varies, shares say little
        shown = order if len(order) <= len(COLOURS) else order[:LABELLED]
        for place, g in enumerate(shown):  # where colours suffice, a parameter has its own in every picture of the study
            axes.fill_between(times, floor, floor + parts[g], color=colour(g if len(shown) == len(order) else place),
                              linewidth=0, label=labels[g])
            floor = floor + parts[g]
        if len(shown) < len(order):
            others = parts[order[len(shown):]].sum(axis=0)
            axes.fill_between(times, floor, floor + others, color="#555555", linewidth=0,
                              label=f"{len(order) - len(shown)} others, each alone")
            floor = floor + others
        if field == "first":
            axes.fill_between(times, floor, np.where(known, 1, np.nan), color="#dddddd", linewidth=0, label="interaction")
        axes.set_ylim(0, 1)
        axes.set_ylabel(f"share of the variance of {variable}")
        time_axis(axes, times, unit)
        handles, names = axes.get_legend_handles_labels()
        axes.legend(handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5))
        album.save(figure, f"indices-{variable}")


def tornado_of(album, title, labels, columns, picture):
    """Bars, the longest above. columns: (name, values, low, high)"""
    ranking = np.nan_to_num(columns[0][1], nan=-1)
    order = np.argsort(ranking)[-BARS:]
    row = 0.42 if len(order) <= 10 else 0.24  # inches
    figure, axes = plt.subplots(figsize=(WIDTH, 1.1 + row * len(order)))
    height = 0.8 / len(columns)
    for place, (name, value, low, high) in enumerate(columns):
        y = np.arange(len(order)) + 0.4 - height * (place + 0.5)
        error = None
        if low is not None and np.isfinite(low).any():
            error = np.nan_to_num(np.clip([value - low, high - value], 0, None))[:, order]
        axes.barh(y, value[order], height, xerr=error, color=colour(place), label=name,
                  error_kw={"elinewidth": 1, "ecolor": "#444444", "capsize": 2})
    axes.set_yticks(np.arange(len(order)), [labels[g] for g in order], fontsize=10 if len(order) <= 10 else 8)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.7, len(order) - 0.3)
    axes.set_title(title + (f": the {BARS} largest of {len(labels)}" if len(order) < len(labels) else ""))
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")
    album.save(figure, picture)


def tornado(result, album):
    """Features, and each variable over all its times: total and first-order index."""
    words = {"total": "in all (total)", "first": "alone (first)", "share": "share", "bound": "at most (bound of the total)"}
    features = result.group(f"{result.topic}_of_features") if result.topic != "morris" else None
    for group, dimension in ((features, "feature"), (result.group("generalised"), "variable")):
        if group is None or "parameter" not in group:
            continue
        labels = texts(group["parameter"])
        for k, name in enumerate(texts(group[dimension])):
            columns = [(word, group[field][:, k], group[f"{field}_low"][:, k], group[f"{field}_high"][:, k])
                       for field, word in words.items() if field in group]
            if np.isnan(columns[0][1]).all():
                continue
            over = ", over all times" if dimension == "variable" else ""
            tornado_of(album, f"Share of the variance of {name}{over}", labels, columns, f"tornado-{name}")


def name_points(figure, axes, names, x, y):
    """Writes names beside points, from above to below, none over another."""
    figure.canvas.draw()
    line = 11 * figure.dpi / 72  # [pixels]
    taken = []
    for k in np.argsort(-y):
        at_x, at_y = axes.transData.transform((x[k], y[k]))
        width = 0.55 * line * len(names[k])
        text_y = at_y + 0.3 * line
        for other_x, other_y, other_width in taken:
            if other_x < at_x + width and at_x < other_x + other_width and text_y > other_y - line:
                text_y = other_y - line
        taken.append((at_x, text_y, width))
        axes.annotate(names[k], (x[k], y[k]), xytext=(5, (text_y - at_y) * 72 / figure.dpi), textcoords="offset points",
                      fontsize=9)


def morris_plane(album, name, unit, labels, mu_star, sigma, picture):
    figure, axes = plt.subplots(figsize=(WIDTH, 4.6))
    known = np.isfinite(mu_star)
    shown_sigma = np.where(np.isfinite(sigma), sigma, 0)
    largest = np.argsort(-np.where(known, mu_star, -1))[:LABELLED]  # names of many points near the origin could not be read
    of_largest = np.isin(np.arange(len(labels)), largest) & known
    axes.scatter(mu_star[of_largest], shown_sigma[of_largest], color=COLOURS[0], zorder=3)
    axes.scatter(mu_star[known & ~of_largest], shown_sigma[known & ~of_largest], color="#aaaaaa", s=20, zorder=2)
    reach = 1.18 * max(np.max(mu_star[known], initial=0), 1e-300)
    axes.plot([0, reach], [0, reach], color="#bbbbbb", linewidth=1, linestyle="--")
    top = 1.15 * max(np.max(shown_sigma[known], initial=0), 0.15 * reach)
    axes.text(0.93 * min(reach, top), 0.93 * min(reach, top), "sigma = mu*  ", color="#888888", ha="right", fontsize=8)
    axes.set_xlim(0, reach)
    axes.set_ylim(0, top)
    axes.set_xlabel("mu*: mean size of the effect" + ("" if unit in ("", "1") else f" [{unit}]"))
    axes.set_ylabel("sigma: how much the effect differs")
    name_points(figure, axes, [labels[g] for g in np.flatnonzero(of_largest)], mu_star[of_largest], shown_sigma[of_largest])
    others = np.count_nonzero(known) - np.count_nonzero(of_largest)
    axes.set_title(name + (f", the {LABELLED} largest of {len(labels)} parameters named" if others else ""))
    album.save(figure, picture)


def morris(result, album):
    group = result.group("morris_of_features")
    if group is not None:
        for k, name in enumerate(texts(group["feature"])):
            morris_plane(album, name, texts(group["feature_unit"])[k], texts(group["parameter"]), group["mu_star"][:, k],
                         group["sigma"][:, k], f"morris-{name}")
    group = result.group("morris")
    if group is None:
        return
    times, unit = result.time(group)
    labels = texts(group["parameter"])
    for v, name in enumerate(texts(group["variable"])):
        course = group["mu_star"][:, v, :]
        if np.isnan(course).all():
            continue
        when = int(np.nanargmax(np.nansum(course, axis=0)))
        y_unit = texts(group["variable_unit"])[v]
        morris_plane(album, f"{name} at {times[when]:g} {unit}", y_unit, labels, course[:, when],
                     group["sigma"][:, v, when], f"morris-{name}")
        figure, axes = plt.subplots(figsize=(WIDTH + 1.2, HEIGHT))
        largest = np.argsort(-np.nansum(course, axis=1))[:len(COLOURS)]
        for place, g in enumerate(largest):
            axes.plot(times, course[g], color=colour(g if len(labels) <= len(COLOURS) else place), label=labels[g])
        if len(labels) > len(largest):
            axes.set_title(f"The {len(largest)} largest of {len(labels)} parameters")
        axes.set_ylabel("mu* of " + with_unit(name, y_unit))
        axes.set_ylim(bottom=0)
        time_axis(axes, times, unit)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        album.save(figure, f"effects-{name}")


def convergence(result, album):
    group = result.group("convergence")
    if group is None or len(group["base_samples"]) < 2:
        return
    n = group["base_samples"][()]
    figure, axes = plt.subplots(figsize=(WIDTH, HEIGHT))
    for place, (field, words) in enumerate((("largest_halfwidth_total", "total"), ("largest_halfwidth_first", "first"))):
        axes.loglog(n, group[field][()], "o-", color=colour(place), label=words, base=10)
    known = group["largest_halfwidth_total"][()]
    axes.loglog(n, known[0] * np.sqrt(n[0] / n), color="#bbbbbb", linestyle="--", linewidth=1, label="Monte Carlo's rate")
    axes.set_xticks(n, [f"{count:g}" for count in n])
    axes.xaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    axes.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    axes.yaxis.set_major_formatter(matplotlib.ticker.FormatStrFormatter("%g"))
    axes.set_xlabel("base samples")
    axes.set_ylabel("widest interval, half of it")
    axes.legend()
    album.save(figure, "convergence")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    result = Result(sys.argv[1])
    album = Album(result, sys.argv[2])
    for picture in (bands, stacked, tornado, morris, convergence):
        picture(result, album)


if __name__ == "__main__":
    main()
