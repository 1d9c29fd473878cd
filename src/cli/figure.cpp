#include "cli/figure.hpp"

#include "cli/python.hpp"
#include "codegen/files.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace kohort::cli {
namespace {

namespace fs = std::filesystem;

// Exit code 3: see run_python.
constexpr const char* script = R"(
import json, math, sys
try:
    import matplotlib
except ImportError:
    sys.exit(3)
matplotlib.use("Agg")
import matplotlib.pyplot as plt
spec = json.load(open(sys.argv[1], encoding="utf-8"))
panels = spec["panels"]
columns = min(3, max(1, math.ceil(math.sqrt(len(panels)))))
rows = math.ceil(len(panels) / columns)
figure, axes = plt.subplots(rows, columns, figsize=(5 * columns, 3.4 * rows), squeeze=False, layout="constrained")
figure.suptitle(spec["title"])
def numbers(values):
    return [math.nan if value is None else value for value in values]
for place in range(rows * columns):
    axis = axes[place // columns][place % columns]
    if place >= len(panels):
        axis.set_visible(False)
        continue
    panel = panels[place]
    for number, series in enumerate(panel["series"]):
        x, y = numbers(series["x"]), numbers(series["y"])
        low, high, label = numbers(series["low"]), numbers(series["high"]), series["label"]
        errors = [[a - b for a, b in zip(y, low)], [b - a for a, b in zip(y, high)]] if low else None
        if panel["kind"] == "bars":
            width = 0.8 / len(panel["series"])
            axis.bar([at + (number - (len(panel["series"]) - 1) / 2) * width for at in x], y, width, yerr=errors, label=label)
        elif panel["kind"] == "points":
            axis.errorbar(x, y, yerr=errors, fmt="o", markersize=3, label=label)
        else:
            line, = axis.plot(x, y, label=label)
            if panel["kind"] == "band" and low:
                axis.fill_between(x, low, high, color=line.get_color(), alpha=0.25, linewidth=0)
    if panel["categories"]:
        axis.set_xticks(range(len(panel["categories"])), panel["categories"], rotation=45, ha="right")
    axis.set(title=panel["title"], xlabel=panel["x_label"], ylabel=panel["y_label"])
    if len(panel["series"]) > 1:
        axis.legend(fontsize="small")
figure.savefig(sys.argv[2], dpi=150)
)";

std::string word_of(Panel::Kind kind) {
    switch (kind) {
        case Panel::Kind::line: return "line";
        case Panel::Kind::band: return "band";
        case Panel::Kind::points: return "points";
        case Panel::Kind::bars: break;
    }
    return "bars";
}

nlohmann::json numbers(const std::vector<double>& values) {
    nlohmann::json list = nlohmann::json::array();
    for (const double value : values) list.push_back(std::isfinite(value) ? nlohmann::json(value) : nlohmann::json());
    return list;
}

nlohmann::json json_of(const Figure& figure) {
    nlohmann::json panels = nlohmann::json::array();
    for (const Panel& panel : figure.panels) {
        nlohmann::json series = nlohmann::json::array();
        for (const Series& each : panel.series)
            series.push_back({{"label", each.label},
                              {"x", numbers(each.x)},
                              {"y", numbers(each.y)},
                              {"low", numbers(each.low)},
                              {"high", numbers(each.high)}});
        panels.push_back({{"title", panel.title},
                          {"x_label", panel.x_label},
                          {"y_label", panel.y_label},
                          {"kind", word_of(panel.kind)},
                          {"series", series},
                          {"categories", panel.categories}});
    }
    return {{"title", figure.title}, {"panels", panels}};
}

}  // namespace

void draw(const Figure& figure, const fs::path& file) {
    const codegen::TemporaryFolder work(fs::temp_directory_path(), "kohort-figure-");
    const fs::path spec = work.path() / "figure.json";
    codegen::write_file(spec, json_of(figure).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    run_python({"-c", script, spec.string(), file.string()}, file);
}

}  // namespace kohort::cli
