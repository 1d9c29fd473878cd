#include "uncertainty/make_study.hpp"

#include "uncertainty/chaos_analysis.hpp"
#include "uncertainty/derivative_design.hpp"
#include "uncertainty/fourier_design.hpp"
#include "uncertainty/morris_analysis.hpp"
#include "uncertainty/sample_design.hpp"
#include "uncertainty/sobol_analysis.hpp"
#include "uncertainty/subset_indices.hpp"

#include "base/errors.hpp"

#include <bit>
#include <utility>

namespace kohort::uncertainty {

namespace {

/// Samples of each replicate: n in equal parts, each of whole blocks.
std::int64_t samples_of_replicate(const DesignChoice& design, std::int64_t block) {
    const std::int64_t part = design.replicates * block;
    if (design.n % part != 0 || design.n == 0) {
        throw InputError(design.place,
                         "n: " + std::to_string(design.n) + " cannot be shared by " +
                             std::to_string(design.replicates) + " replicates in blocks of " + std::to_string(block),
                         "n must be a multiple of " + std::to_string(part) + "; a power of two is best");
    }
    const std::int64_t samples = design.n / design.replicates;
    if (design.points == PointKind::scrambled_sobol && !std::has_single_bit(static_cast<std::uint64_t>(samples))) {
        throw InputError(design.place,
                         "each replicate would have " + std::to_string(samples) +
                             " points of a Sobol net, which is a net only for powers of two",
                         "choose n and replicates so that n / replicates is a power of two");
    }
    return samples;
}

void check_dimensions(const DesignChoice& design, std::size_t dimensions) {
    if (design.points != PointKind::scrambled_sobol || dimensions <= max_sobol_dimensions) return;
    throw InputError(design.place,
                     "this design has " + std::to_string(dimensions) + " dimensions, and Sobol's table ends at " +
                         std::to_string(max_sobol_dimensions),
                     "use points: monte-carlo");
}

/// What is frozen together, where that is not each group alone.
std::vector<std::uint32_t> subsets_of(const UncertaintyStudy& study) {
    const auto groups = static_cast<int>(study.groups.size());
    if (study.design.kind == DesignKind::sobol_indices) return {};
    const bool shapley = study.design.kind == DesignKind::shapley;
    const int most = shapley ? 10 : 32;
    if (groups < 2 || groups > most)
        throw InputError(
            study.design.place,
            "this design is for 2 to " + std::to_string(most) + " groups, and there are " + std::to_string(groups),
            "put inputs that belong together into one group: ...");
    return shapley ? all_subsets(groups) : levels_below(groups);
}

UnitPoints::Options points_of(const UncertaintyStudy& study, std::int64_t block, std::uint64_t seed) {
    return {.kind = study.design.points,
            .dimensions = static_cast<int>(study.inputs.size()),
            .replicates = study.design.replicates,
            .samples = samples_of_replicate(study.design, block),
            .seed = seed};
}

std::vector<DerivativeDesign::Scale> scales_of(const UncertaintyStudy& study) {
    std::vector<DerivativeDesign::Scale> scales;
    for (const double width : study.widths)
        scales.push_back(width > 0 ? DerivativeDesign::Scale::probability : DerivativeDesign::Scale::score);
    return scales;
}

void check_alone(const UncertaintyStudy& study) {
    if (study.groups.size() == study.inputs.size()) return;
    throw InputError(study.design.place, "this design looks at each input alone, and some are in groups",
                     "leave group out, or use sobol-indices or morris");
}

void check_curve(const DesignChoice& design) {
    constexpr std::int64_t least = 65;  // Saltelli 1999, section 4: below, curves do not fill the space
    constexpr std::int64_t most = 1 << 20;
    if (design.n >= least && design.n <= most && design.n % 2 == 1) return;
    throw InputError(design.place, "n: " + std::to_string(design.n) + " is no number of points for a curve",
                     "give an odd number from 65, such as 1025");
}

PolynomialBasis::Options basis_of(const UncertaintyStudy& study) {
    PolynomialBasis::Options options{.germs = {}, .degree = study.design.degree, .hyperbolic = study.design.hyperbolic};
    for (const double width : study.widths) options.germs.push_back(width > 0 ? Germ::uniform : Germ::normal);
    return options;
}

/// Enough runs for the terms, also without one of the replicates, and few enough terms.
void check_basis(const UncertaintyStudy& study) {
    constexpr std::size_t most_terms = 2000;
    const DesignChoice& design = study.design;
    const std::size_t terms = PolynomialBasis::n_terms(static_cast<int>(study.inputs.size()), design.degree,
                                                       design.hyperbolic, most_terms);
    if (terms > most_terms)
        throw InputError(design.place, "degree " + std::to_string(design.degree) + " gives more than 2000 terms",
                         "lower degree or hyperbolic");
    if (design.replicates < 2)
        throw InputError(design.place,
                         "a polynomial is tried on the replicate that it was not fitted to, and there is only one",
                         "give replicates: 8");
    if (design.n < static_cast<std::int64_t>(3 * terms))
        throw InputError(design.place,
                         std::to_string(terms) + " terms need more than " + std::to_string(design.n) + " runs",
                         "give an n of at least three times the terms, or lower degree or hyperbolic");
}

}  // namespace

std::unique_ptr<Design> make_design(const UncertaintyStudy& study, std::uint64_t seed) {
    const DesignChoice& design = study.design;
    const auto inputs = static_cast<int>(study.inputs.size());
    switch (design.kind) {
        case DesignKind::morris:
            return std::make_unique<MorrisRuns>(
                MorrisDesign({.group_of = study.group_of, .levels = design.levels, .seed = seed}), design.n, design.window);
        case DesignKind::sobol_indices:
        case DesignKind::shapley:
        case DesignKind::variance_split:
            check_dimensions(design, 2 * study.inputs.size());
            return std::make_unique<PickFreeze>(PickFreeze::Options{.group_of = study.group_of,
                                                                    .samples = samples_of_replicate(design, block_samples),
                                                                    .replicates = design.replicates,
                                                                    .second_order = design.second_order,
                                                                    .subsets = subsets_of(study),
                                                                    .points = design.points,
                                                                    .seed = seed});
        case DesignKind::derivatives:
            check_alone(study);
            check_dimensions(design, study.inputs.size());
            return std::make_unique<DerivativeDesign>(points_of(study, DerivativeDesign::samples_of_block, seed),
                                                      scales_of(study));
        case DesignKind::fast:
            check_alone(study);
            check_curve(design);
            return std::make_unique<FastDesign>(inputs, static_cast<int>(design.n), design.replicates, seed);
        case DesignKind::rbd_fast:
            check_alone(study);
            check_dimensions(design, study.inputs.size());
            return std::make_unique<OrderedSampleDesign>(points_of(study, 1, seed));
        case DesignKind::polynomial_chaos: check_basis(study); break;
        case DesignKind::sample: break;
    }
    check_dimensions(design, study.inputs.size());
    return std::make_unique<SampleDesign>(points_of(study, SampleDesign::rows_of_block, seed));
}

std::unique_ptr<Analysis> make_analysis(const UncertaintyStudy& study, const Design& design, const Cells& cells,
                                        std::span<const QuantityRange> ranges, std::vector<Threshold> thresholds) {
    const AnalysisChoice& analysis = study.analysis;
    if (study.design.kind == DesignKind::morris) {
        return std::make_unique<MorrisAnalysis>(dynamic_cast<const MorrisRuns&>(design), grids_of(cells, ranges),
                                                MorrisOptions{.level = analysis.level, .groups = study.groups});
    }
    if (study.design.kind == DesignKind::fast)
        return std::make_unique<FourierAnalysis>(dynamic_cast<const FastDesign&>(design), cells, analysis.level, study.groups);
    if (study.design.kind == DesignKind::rbd_fast)
        return std::make_unique<FourierAnalysis>(dynamic_cast<const OrderedSampleDesign&>(design), cells,
                                                 analysis.level, study.groups);
    CellStatistics statistics(cells, ranges,
                              {.probabilities = analysis.probabilities,
                               .relative_error = analysis.relative_error,
                               .thresholds = std::move(thresholds)});
    if (study.design.kind == DesignKind::polynomial_chaos)
        return std::make_unique<ChaosAnalysis>(
            dynamic_cast<const SampleDesign&>(design), PolynomialBasis(basis_of(study)), cells, ranges,
            std::move(statistics),
            ChaosOptions{.level = analysis.level, .inputs = study.inputs, .groups = study.groups, .group_of = study.group_of});
    if (study.design.kind == DesignKind::sample)
        return std::make_unique<SampleAnalysis>(std::move(statistics), cells.count());
    if (study.design.kind == DesignKind::derivatives)
        return std::make_unique<DerivativeAnalysis>(
            dynamic_cast<const DerivativeDesign&>(design), cells, ranges, std::move(statistics),
            DerivativeOptions{.level = analysis.level, .inputs = study.groups, .widths = study.widths});
    const auto& runs = dynamic_cast<const PickFreeze&>(design);
    IndexOptions options{.first = analysis.first, .total = analysis.total, .level = analysis.level, .groups = study.groups};
    if (study.design.kind == DesignKind::sobol_indices)
        return std::make_unique<SobolAnalysis>(runs, cells, ranges, std::move(statistics), std::move(options));
    const auto kind = study.design.kind == DesignKind::shapley ? SubsetAnalysis::Kind::shapley
                                                               : SubsetAnalysis::Kind::variance_split;
    return std::make_unique<SubsetAnalysis>(kind, runs, cells, ranges, std::move(statistics), std::move(options));
}

}  // namespace kohort::uncertainty
