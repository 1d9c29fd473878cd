// Pictures, drawn by matplotlib in a Python of the user's: one small script for everything that Kohort draws.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kohort::cli {

struct Series {
    std::string label;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low{};   // the same length as y, or empty: the lower end of a band or of an error bar
    std::vector<double> high{};  // the upper end
};

struct Panel {
    enum class Kind { line, band, points, bars };
    std::string title;
    std::string x_label;  // with its unit: "time [h]"
    std::string y_label;
    Kind kind = Kind::line;
    std::vector<Series> series;
    std::vector<std::string> categories{};  // of bars: names of x = 0, 1, 2, ...
};

struct Figure {
    std::string title;
    std::vector<Panel> panels;  // in a grid of at most three columns
};

/// file's ending says what it becomes: png, svg, pdf. Throws InputError as run_python does.
void draw(const Figure& figure, const std::filesystem::path& file);

}  // namespace kohort::cli
