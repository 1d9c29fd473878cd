// Results are written with MPI-IO, so MPI must be there, even for one rank.
#include <gtest/gtest.h>
#include <mpi.h>

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    MPI_Init(&argc, &argv);
    const int failed = RUN_ALL_TESTS();
    MPI_Finalize();
    return failed;
}
