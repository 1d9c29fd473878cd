#include "model/read_model.hpp"

#include "model/symbols.hpp"
#include "sund_text_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace kohort::model {
namespace {

namespace fs = std::filesystem;

class ReadModelTest : public testing::Test {
protected:
    ReadModelTest() { fs::create_directories(folder); }
    ~ReadModelTest() override { fs::remove_all(folder); }
    ReadModelTest(const ReadModelTest&) = delete;
    ReadModelTest& operator=(const ReadModelTest&) = delete;

    void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

    [[nodiscard]] std::string message(const fs::path& path) const {
        try {
            (void)read_model(path);
        } catch (const InputError& error) {
            return error.what();
        }
        return "was read";
    }

    fs::path folder = fs::path(testing::TempDir()) /
                      ("read_model." + std::string(testing::UnitTest::GetInstance()->current_test_info()->name())) /
                      "twin";
};

TEST_F(ReadModelTest, one_text_is_a_model) {
    write("twin.txt", whole_sund("########## PARAMETERS\nk = 1\n"));
    EXPECT_EQ(read_model(folder / "twin.txt").parameters.size(), 1U);
    EXPECT_EQ(read_model(folder).parameters.size(), 1U);
    EXPECT_EQ(read_model(folder / "").parameters.size(), 1U);
}

TEST_F(ReadModelTest, a_list_of_modules_is_a_model) {
    write("one.txt", whole_sund("########## OUTPUTS\nsignal = time\n"));
    write("two.txt", whole_sund("########## INPUTS\ns = signal @ 0\n########## FEATURES\nf = s\n"));
    write("modules.txt", "# two of them\ntime_unit h\n\nsender one.txt   # the first\nreceiver two.txt\n");
    for (const fs::path& path : {folder, folder / "modules.txt"}) {
        const Model model = read_model(path);
        EXPECT_EQ(model.name, "twin");
        EXPECT_EQ(model.time_unit, "h");
        EXPECT_TRUE(model.inputs.empty());
        EXPECT_EQ(find_symbol(model, "f").kind, Symbol::Kind::feature);
        EXPECT_EQ(model.sources.size(), 3U);
    }
}

TEST_F(ReadModelTest, mistakes_in_a_list_have_their_place) {
    const auto listed = [&](const std::string& text) {
        write("modules.txt", text);
        return message(folder);
    };
    write("one.txt", whole_sund(""));
    write("bad.txt", whole_sund("########## VARIABLES\na = b\n"));
    EXPECT_THAT(listed("one one.txt\ntwo two.txt\n"),
                testing::HasSubstr("modules.txt:2:1: the file of module `two` is not there"));
    EXPECT_THAT(listed("one one.txt again\n"),
                testing::HasSubstr("modules.txt:1:1: this line is neither a module nor the time unit"));
    EXPECT_THAT(listed("o.n.e one.txt\n"), testing::HasSubstr("`o.n.e` is not a name for a module"));
    EXPECT_THAT(listed("time_unit weeks\none one.txt\n"),
                testing::HasSubstr("modules.txt:1:1: `weeks` is not a time unit"));
    EXPECT_THAT(listed("time_unit d\ntime_unit d\none one.txt\n"), testing::HasSubstr("the time unit is given twice"));
    EXPECT_THAT(listed("# nothing\n"), testing::HasSubstr("no modules are listed"));
    EXPECT_THAT(listed("one one.txt\none one.txt\n"), testing::HasSubstr("two modules are called `one`"));
    EXPECT_THAT(listed("bad bad.txt\n"), testing::HasSubstr("bad.txt:2:5: unknown name `b`"));
}

TEST_F(ReadModelTest, other_formats_are_told_apart) {
    write("model.xml", "<?xml version=\"1.0\"?>\n<sbml level=\"3\">");
    write("model.iqm", "********** MODEL NAME\nm\n********** MODEL STATES\nd/dt(x) = k\n");
    write("model.doc", "Dear all,\n");
    EXPECT_THAT(message(folder / "model.xml"), testing::HasSubstr("this is not correct SBML"));
    EXPECT_THAT(message(folder / "model.iqm"), testing::HasSubstr("model.iqm:4:11: unknown name `k`"));
    EXPECT_THAT(message(folder / "model.doc"), testing::HasSubstr("model.doc: this is not a model text"));
    EXPECT_THAT(message(folder / "none.txt"), testing::HasSubstr("none.txt: there is no such file"));
    EXPECT_THAT(message(folder), testing::HasSubstr("there is no such file"));
    EXPECT_THAT(message("/dev/zero"), testing::HasSubstr("this is not a file that can be read"));
}

}  // namespace
}  // namespace kohort::model
