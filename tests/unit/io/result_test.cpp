// Results: what is written is read back; what is unfinished says so. The same over many ranks: tests/mpi.
#include "../../mpi/example_result.hpp"
#include "io/persons_file.hpp"
#include "io/result_reader.hpp"
#include "io/result_skeleton.hpp"
#include "io/result_verify.hpp"
#include "io/result_writer.hpp"
#include "io/side_file.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace kohort::io {
namespace {

namespace fs = std::filesystem;

void write_all(ResultWriter& writer, std::int64_t n_twins) {
    writer.write(n_twins / 2, n_twins - n_twins / 2, example::values(n_twins / 2, n_twins));
    writer.write(0, n_twins / 2, example::values(0, n_twins / 2));
}

ResultLayout example_layout(std::int64_t n_twins) {
    ResultLayout layout = example::layout(n_twins);
    layout.attributes["schema_version"] = "test/1";
    return layout;
}

TEST(Result, every_number_of_a_twin_is_read_back_by_its_name) {
    const TemporaryFolder folder;
    ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(300));
    write_all(writer, 300);
    writer.close(example::tables());

    const ResultReader reader(folder / "r.h5");
    EXPECT_TRUE(reader.complete());
    const std::vector<TwinNumber> numbers = reader.twin(107);
    ASSERT_EQ(numbers.size(), 2U * 3 + 2 * 5 + 1 + 1 + 2);
    EXPECT_EQ(numbers[0].name, "/outcomes/weight[usual,baseline]");
    EXPECT_EQ(numbers[0].value, example::weight(0, 0, 107));
    EXPECT_EQ(numbers[0].unit, "kg");
    EXPECT_EQ(numbers[2].name, "/outcomes/weight[usual,week52]");
    EXPECT_TRUE(std::isnan(numbers[5].value));  // twin 107 failed in the second arm
    EXPECT_EQ(numbers[6 + 7].name, "/trajectories/glucose[diät,30]");
    EXPECT_EQ(numbers[6 + 7].value, example::glucose(1, 2, 107));
    EXPECT_EQ(numbers.back().name, "/twins/status[diät]");
    EXPECT_EQ(numbers.back().value, 2.0);
    EXPECT_THROW((void)reader.twin(300), InputError);
}

TEST(Result, a_file_has_its_name_only_when_it_is_whole) {
    const TemporaryFolder folder;
    {
        ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(100));
        write_all(writer, 100);
        EXPECT_FALSE(fs::exists(folder / "r.h5"));
    }
    EXPECT_FALSE(fs::exists(folder / "r.h5"));
    const ResultReader unfinished(folder / "r.h5.partial");
    EXPECT_FALSE(unfinished.complete());
    EXPECT_FALSE(unfinished.problems().empty());
}

TEST(Result, an_existing_file_stays_unless_it_may_be_replaced) {
    const TemporaryFolder folder;
    std::ofstream(folder / "r.h5") << "precious";
    EXPECT_THROW(require_writable(MPI_COMM_WORLD, folder / "r.h5", false), InputError);
    EXPECT_THROW(ResultWriter(MPI_COMM_WORLD, folder / "r.h5", example_layout(10)), InputError);
    EXPECT_EQ(fs::file_size(folder / "r.h5"), 8U);
    ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(10), {.overwrite = true});
    EXPECT_EQ(fs::file_size(folder / "r.h5"), 8U);  // until the new one is whole
    write_all(writer, 10);
    writer.close();
    EXPECT_TRUE(ResultReader(folder / "r.h5").complete());
}

TEST(Result, a_file_that_appears_meanwhile_is_not_replaced) {
    const TemporaryFolder folder;
    ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(10));
    write_all(writer, 10);
    std::ofstream(folder / "r.h5") << "somebody else's";
    EXPECT_THROW(writer.close(), InputError);
    EXPECT_EQ(fs::file_size(folder / "r.h5"), 15U);
    EXPECT_TRUE(ResultReader(folder / "r.h5.partial").complete());  // nothing is lost
}

TEST(Result, places_where_nothing_can_be_written_are_refused_and_left_alone) {
    const TemporaryFolder folder;
    EXPECT_THROW(require_writable(MPI_COMM_WORLD, folder / "none" / "r.h5", false), InputError);
    EXPECT_THROW(require_writable(MPI_COMM_WORLD, folder / "", false), InputError);
    EXPECT_THROW(require_writable(MPI_COMM_WORLD, "/proc/r.h5", false), InputError);
    require_writable(MPI_COMM_WORLD, folder / "r.h5", false);
    EXPECT_TRUE(fs::is_empty(folder / ""));
}

TEST(Result, other_files_are_no_results) {
    const TemporaryFolder folder;
    std::ofstream(folder / "text.h5") << "text";
    EXPECT_THROW(ResultReader(folder / "text.h5"), InputError);
    EXPECT_THROW(ResultReader(folder / "none.h5"), InputError);
}

TEST(Result, a_chunk_that_was_damaged_or_never_written_is_noticed) {
    const TemporaryFolder folder;
    ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(20'000));
    write_all(writer, 20'000);
    writer.close();
    const std::vector<std::string> names{"/outcomes/weight"};
    verify_chunks(folder / "r.h5", names, 0, 1);

    haddr_t address = 0;
    {
        const h5::Handle file = h5::open_to_read(folder / "r.h5");
        const h5::Handle dataset(H5Dopen2(file, "/outcomes/weight", H5P_DEFAULT), "open weight");
        h5::check(H5Dget_chunk_info(dataset, H5S_ALL, 2, nullptr, nullptr, &address, nullptr), "find a chunk");
    }
    std::fstream bytes(folder / "r.h5", std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(address) + 20);
    bytes.write("\0\0\0\0\0\0\0\0", 8);
    bytes.close();
    const h5::Quiet quiet;
    EXPECT_THROW(verify_chunks(folder / "r.h5", names, 0, 1), h5::Error);
    EXPECT_THROW(verify_chunks(folder / "r.h5", names, 2, 3), h5::Error);  // chunk 2 is this share's
    verify_chunks(folder / "r.h5", names, 0, 3);                           // and not this one's

    create_skeleton(folder / "empty.h5", example_layout(100));
    EXPECT_THROW(verify_chunks(folder / "empty.h5", names, 0, 1), h5::Error);
}

TEST(Result, chunks_depend_on_shape_and_type_only) {
    EXPECT_EQ(chunk_shape({100}, 8), (std::vector<hsize_t>{100}));
    EXPECT_EQ(chunk_shape({1'000'000}, 8), (std::vector<hsize_t>{8192}));
    EXPECT_EQ(chunk_shape({3, 3, 1'000'000}, 8), (std::vector<hsize_t>{1, 3, 8192}));
    EXPECT_EQ(chunk_shape({3, 1000, 1'000'000}, 8), (std::vector<hsize_t>{1, 256, 512}));  // 1 MiB
}

TEST(Result, whole_numbers_store_missing_as_minus_one) {
    const std::vector<double> values{3.0, std::nan("")};
    const std::vector<std::byte> bytes = stored_bytes(StoredType::int8, values);
    EXPECT_EQ(static_cast<int>(static_cast<signed char>(bytes[0])), 3);
    EXPECT_EQ(static_cast<int>(static_cast<signed char>(bytes[1])), -1);
}

TEST(SideFile, says_where_and_how_long) {
    const TemporaryFolder folder;
    std::ofstream(folder / "r.h5") << "abc";
    write_side_file(folder / "r.h5", {.ranks = 2, .threads = 4, .seconds = 1.5, .ranks_on_host = {{"a", 2}}});
    const auto record = nlohmann::json::parse(std::ifstream(folder / "r.h5.run.json"));
    EXPECT_EQ(record["ranks"], 2);
    EXPECT_EQ(record["ranks_on_host"]["a"], 2);
    EXPECT_EQ(record["seconds"], 1.5);
    EXPECT_EQ(record["result_sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4: "abc"
    EXPECT_EQ(ranks_on_host(MPI_COMM_WORLD).size(), 1U);
}

TEST(Persons, the_twins_of_a_result_are_persons) {
    const TemporaryFolder folder;
    ResultWriter writer(MPI_COMM_WORLD, folder / "r.h5", example_layout(50));
    write_all(writer, 50);
    writer.close();
    const cohort::PersonsTable persons = read_persons(folder / "r.h5");
    EXPECT_EQ(persons.size(), 50);
    ASSERT_EQ(persons.columns.size(), 2U);
    EXPECT_EQ(persons.columns[0].name, "age");
    EXPECT_EQ(persons.columns[0].unit, "year");
    EXPECT_EQ(persons.columns[0].value[7], example::age(7));
    EXPECT_EQ(persons.columns[1].levels, (std::vector<std::string>{"female", "male"}));
    EXPECT_EQ(persons.columns[1].value[7], 1.0);
}

TEST(Persons, a_missing_value_is_refused_with_the_dataset) {
    const TemporaryFolder folder;
    ResultLayout layout;
    layout.n_twins = 2;
    layout.groups = {{"twins",
                      {{"twin", {}, {0, 1}, "", "", StoredType::int64}},
                      {{"age", {"twin"}, StoredType::float64, "year", "", {}, {40.0, std::nan("")}, {}}},
                      {}}};
    create_skeleton(folder / "p.h5", layout);
    try {
        (void)read_persons(folder / "p.h5");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("p.h5:age: person 2 has no value"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace kohort::io
