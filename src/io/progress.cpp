#include "io/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace kohort::io {
namespace {

constexpr double terminal_seconds = 0.1;
constexpr int shortest_bar = 5;
constexpr int longest_bar = 30;

std::string percent(double share) { return std::to_string(static_cast<int>(std::floor(100.0 * share))) + " %"; }

/// Three digits: "12.3", "4560".
std::string rate_words(double rate) {
    char text[32];
    std::snprintf(text, sizeof text, rate >= 100.0 ? "%.0f" : "%.3g", rate);
    return text;
}

std::string bar(double share, int width) {
    const int filled = static_cast<int>(share * width);
    return "[" + std::string(static_cast<std::size_t>(filled), '#') +
           std::string(static_cast<std::size_t>(width - filled), '.') + "]";
}

}  // namespace

ProgressStyle style_of_stderr() {
    ProgressStyle style;
    style.terminal = ::isatty(STDERR_FILENO) == 1;
    winsize size{};
    if (style.terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        style.columns = size.ws_col;
    return style;
}

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string words_for_seconds(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::max(std::round(seconds), 1.0));
    const std::int64_t minutes = whole / 60;
    if (minutes == 0) return std::to_string(whole) + " s";
    if (minutes < 60) return std::to_string(minutes) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

ProgressLine::ProgressLine(std::string what, bool is_first)
    : ProgressLine(std::move(what), std::cerr, style_of_stderr(), steady_seconds) {
    if (!is_first) out_ = nullptr;
}

ProgressLine::ProgressLine(std::string what, std::ostream& out, ProgressStyle style, Clock clock)
    : what_(std::move(what)), out_(&out), style_(style), clock_(std::move(clock)), began_(clock_()), shown_at_(began_) {}

ProgressLine::~ProgressLine() {
    if (out_ == nullptr || total_ == 0) return;
    show(what_ + ": " + std::to_string(done_) + " of " + std::to_string(total_) + " in " +
         words_for_seconds(clock_() - began_));
    if (style_.terminal) *out_ << '\n' << std::flush;
}

std::function<void(std::int64_t, std::int64_t)> ProgressLine::callback() {
    return [this](std::int64_t done, std::int64_t total) { update(done, total); };
}

bool ProgressLine::due(double now, double share) const {
    if (style_.terminal) return now - shown_at_ >= terminal_seconds;
    return now - shown_at_ >= style_.seconds_between && share - shown_share_ >= style_.share_between - 1e-9;
}

std::string ProgressLine::words(double now, double share) const {
    const double rate = static_cast<double>(done_) / std::max(now - began_, 1e-9);
    std::string line = std::to_string(done_) + " of " + std::to_string(total_) + ", " + rate_words(rate) + " a second";
    if (rate > 0.0) line += ", " + words_for_seconds(static_cast<double>(total_ - done_) / rate) + " left";
    const std::string start = what_ + ": " + percent(share) + " ";
    const int room = style_.columns - 4 - static_cast<int>(start.size() + line.size());
    if (style_.terminal && room >= shortest_bar) return start + bar(share, std::min(room, longest_bar)) + " " + line;
    return start + line;
}

void ProgressLine::update(std::int64_t done, std::int64_t total) {
    done_ = done;
    total_ = total;
    if (out_ == nullptr || total <= 0) return;
    const double now = clock_();
    const double share = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    if (done >= total || !due(now, share)) return;  // the last line is the destructor's
    shown_at_ = now;
    shown_share_ = share;
    show(words(now, share));
}

void ProgressLine::show(const std::string& line) {
    if (!style_.terminal) {
        *out_ << line << '\n' << std::flush;
        return;
    }
    const std::string cut = line.substr(0, static_cast<std::size_t>(std::max(style_.columns - 1, 1)));
    const std::size_t blanks = shown_width_ > cut.size() ? shown_width_ - cut.size() : 0;
    *out_ << '\r' << cut << std::string(blanks, ' ') << std::flush;
    shown_width_ = cut.size();
}

}  // namespace kohort::io
