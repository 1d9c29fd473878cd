# Installs the source tree that this file is in; `spack install kohort` after `spack repo add jobscripts/spack`.
from pathlib import Path

from spack.package import *


class Kohort(CMakePackage):
    """Populations of personalised digital twins: virtual trials and uncertainty studies from a model's text to p-values."""

    homepage = "file://" + str(Path(__file__).resolve().parents[4])
    url = homepage
    license("Apache-2.0")

    version("main", branch="main", git=homepage)

    depends_on("c", type="build")
    depends_on("cxx", type=("build", "run"))  # models are compiled at run time
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("kokkos@5: +openmp")
    depends_on("hdf5@1.14: +mpi +hl")
    depends_on("petsc@3.22: +mpi")
    depends_on("libsbml@5.20: +cpp")
    depends_on("udunits")
    depends_on("yaml-cpp")
    depends_on("nlohmann-json")
    depends_on("cli11")
    depends_on("random123")
    depends_on("boost@1.74: +math")
    depends_on("eigen")
    depends_on("googletest", type="test")

    generator("ninja")

    def cmake_args(self):
        return ["-DKOHORT_BENCHMARKS=OFF"]

    # Kohort reads its models, cohorts and headers where it was configured, so that must be a place that stays.
    @property
    def root_cmakelists_dir(self):
        return self.prefix.share.kohort

    @run_before("cmake")
    def put_sources_in_place(self):
        install_tree(self.stage.source_path, self.prefix.share.kohort)

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install(join_path(self.build_directory, "bin", "kohort"), prefix.bin)
