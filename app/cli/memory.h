// How much memory a request may take.
#pragma once

#include <string>
#include <string_view>

namespace steplab {

/// Bytes the machine can give this process now: what is free, and no more than its limits allow.
double available_memory();

/// InputError at `place`, with both numbers, if `bytes` is more than that.
void require_memory(double bytes, std::string_view place, const std::string& advice);

}  // namespace steplab
