// How far a long step has come: a bar with rate and time left on a terminal, now and then a line in a log.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace kohort::io {

struct ProgressStyle {
    bool terminal = false;        // rewrite one line, instead of adding lines
    int columns = 80;             // of the terminal
    double seconds_between = 10;  // lines of a log: at least so long apart ...
    double share_between = 0.1;   // ... and so much further; a terminal's line is rewritten ten times a second
};

/// Style for standard error: a terminal's own width, or plain lines.
[[nodiscard]] ProgressStyle style_of_stderr();

/// Seconds since any fixed moment.
using Clock = std::function<double()>;
[[nodiscard]] double steady_seconds();

class ProgressLine {
public:
    /// what: "twins", "trials". Writes to standard error on the first rank, and nowhere on others.
    ProgressLine(std::string what, bool is_first);
    ProgressLine(std::string what, std::ostream& out, ProgressStyle style, Clock clock);
    ~ProgressLine();  // the last line, with the time it took; nothing if there was no update
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// done of total; total may grow.
    void update(std::int64_t done, std::int64_t total);
    /// update() as a function; valid while this lives.
    [[nodiscard]] std::function<void(std::int64_t done, std::int64_t total)> callback();

private:
    [[nodiscard]] bool due(double now, double share) const;
    [[nodiscard]] std::string words(double now, double share) const;
    void show(const std::string& line);

    std::string what_;
    std::ostream* out_;  // null: silent
    ProgressStyle style_;
    Clock clock_;
    double began_;
    double shown_at_;
    double shown_share_ = 0.0;
    std::int64_t done_ = 0;
    std::int64_t total_ = 0;
    std::size_t shown_width_ = 0;
};

/// "7 s", "3 min 20 s", "2 h 5 min"
[[nodiscard]] std::string words_for_seconds(double seconds);

}  // namespace kohort::io
