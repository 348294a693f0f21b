#include "app/widgets/plot_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace steplab::plot {
namespace {

constexpr const char* kMinus = "\u2212";
constexpr std::array<const char*, 10> kSuperscripts = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                       "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};

// Digits after the point as asked, the sign as U+2212; a rounded zero has no sign.
std::string fixed(double value, int decimals) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", std::clamp(decimals, 0, 17), std::abs(value));
  const std::string digits = text.data();
  const bool zero = digits.find_first_of("123456789") == std::string::npos;
  return value < 0 && !zero ? kMinus + digits : digits;
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// floor(log10 |value|), with the rounding of log10 near powers of ten put right.
int exponent_of(double value) {
  const double size = std::abs(value);
  int exponent = static_cast<int>(std::floor(std::log10(size)));
  if (size >= std::pow(10.0, exponent + 1)) ++exponent;
  if (size < std::pow(10.0, exponent)) --exponent;
  return exponent;
}

// value / 10^exponent without overflow of the power (exponents down to -324).
double scaled(double value, int exponent) {
  const int half = exponent / 2;
  return value / std::pow(10.0, half) / std::pow(10.0, exponent - half);
}

std::string scientific(double mantissa, int decimals, int exponent, bool drop_zeros) {
  std::string digits = fixed(mantissa, decimals);
  if (drop_zeros) digits = without_trailing_zeros(std::move(digits));
  if (digits == "1") return power_of_ten(exponent);
  if (digits == std::string(kMinus) + "1") return kMinus + power_of_ten(exponent);
  return digits + "\u00b7" + power_of_ten(exponent);
}

}  // namespace

std::string superscript(int number) {
  std::string text = number < 0 ? "\u207b" : "";
  for (const char digit : std::to_string(std::abs(number)))
    text += kSuperscripts[static_cast<std::size_t>(digit - '0')];
  return text;
}

std::string power_of_ten(int exponent) {
  if (exponent == 0) return "1";
  return exponent == 1 ? "10" : "10" + superscript(exponent);
}

std::string readout(double value) {
  if (std::isnan(value)) return "\u2013";
  if (std::isinf(value)) return value > 0 ? "\u221e" : std::string(kMinus) + "\u221e";
  if (value == 0) return "0";
  // Rounding to four digits may carry into the next power: 9.9999 is 10.
  int exponent = exponent_of(value);
  if (std::abs(scaled(value, exponent)) >= 9.9995) ++exponent;
  if (exponent >= -3 && exponent < 6) return without_trailing_zeros(fixed(value, std::max(3 - exponent, 0)));
  return scientific(scaled(value, exponent), 3, exponent, true);
}

std::string tick_label(double value, double step) {
  const double size = std::max(std::abs(value), step);
  if (std::abs(value) < step * 1e-9) return "0";
  const int last = exponent_of(step * (1 + 1e-9));  // place of the last digit that changes from tick to tick
  const int first = exponent_of(size * (1 + 1e-12));
  if (last >= -5 && first < 6) return fixed(value, std::max(-last, 0));
  if (first < 6 && first >= -3 && first - last < 15) return fixed(value, -last);
  return scientific(scaled(value, first), std::min(first - last, 16), first, false);
}

}  // namespace steplab::plot
