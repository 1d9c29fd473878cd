#include "uncertainty/value_grid.hpp"

#include "uncertainty/integer_lanes.hpp"

#include "base/errors.hpp"

namespace kohort::uncertainty {

ValueGrid::ValueGrid(Range range) : low_(range.low), high_(range.high) {
    const double width = high_ - low_;
    KOHORT_CHECK(std::isfinite(low_) && std::isfinite(high_) && width > 0 && std::isfinite(width));
    int exponent = 0;
    if (std::frexp(width, &exponent) == 0.5) --exponent;  // width <= 2^exponent
    KOHORT_CHECK(exponent > -900 && exponent < 1000);
    step_ = std::ldexp(1.0, exponent - 30);
    steps_per_value_ = std::ldexp(1.0, 30 - exponent);
}

std::int64_t ValueGrid::steps(std::span<const double> values, std::int32_t* steps) const {
    std::size_t at = 0;
#if defined(__AVX512VL__)
    // the same as below, but one mask serves numbers of both sizes
    const __m512d low = _mm512_set1_pd(low_);
    const __m512d high = _mm512_set1_pd(high_);
    const __m512d per_value = _mm512_set1_pd(steps_per_value_);
    std::int64_t count = 0;
    for (; at + integer_lanes <= values.size(); at += integer_lanes) {
        const __m512d value = _mm512_loadu_pd(values.data() + at);
        const __mmask8 inside = _mm512_mask_cmp_pd_mask(_mm512_cmp_pd_mask(value, low, _CMP_GE_OQ), value, high, _CMP_LE_OQ);
        const __m512d step = _mm512_add_pd(_mm512_mul_pd(_mm512_sub_pd(value, low), per_value), _mm512_set1_pd(0.5));
        const __m256i found = _mm256_mask_sub_epi32(_mm256_set1_epi32(outside), inside, _mm512_cvttpd_epi32(step),
                                                    _mm256_set1_epi32(max_steps));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(steps + at), found);
        count += __builtin_popcount(inside);
    }
#else
    Integers8 contained{};
    for (; at + integer_lanes <= values.size(); at += integer_lanes) {
        const auto value = loaded<Doubles8>(values.data() + at);
        const Integers8 inside = (value >= low_) & (value <= high_);  // all bits, or none
        const Doubles8 kept = inside ? value : Doubles8{} + low_;
        const Shorts8 step = __builtin_convertvector((kept - low_) * steps_per_value_ + 0.5, Shorts8) - max_steps;
        const Shorts8 found = __builtin_convertvector(inside, Shorts8) ? step : Shorts8{} + outside;
        std::memcpy(steps + at, &found, sizeof found);
        contained -= inside;
    }
    std::int64_t count = sum_of(contained);
#endif
    for (; at < values.size(); ++at) {
        const bool inside = contains(values[at]);
        steps[at] = inside ? this->steps(values[at]) : outside;
        count += inside ? 1 : 0;
    }
    return count;
}

}  // namespace kohort::uncertainty
