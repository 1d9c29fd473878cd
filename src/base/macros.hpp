// What differs between a host compiler and a device compiler.
#pragma once

#if defined(__CUDACC__) || defined(__HIPCC__)
/// Before a function that also runs on a device.
#define KOHORT_FUNCTION __host__ __device__
#else
#define KOHORT_FUNCTION
#endif

/// The same for one-line operators that must never become a call.
#define KOHORT_INLINE KOHORT_FUNCTION inline __attribute__((always_inline))
