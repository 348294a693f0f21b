// The Warmup lab's figures as tables of text.
#pragma once

#include "core/scene/warmup_scene.h"

#include <string>
#include <vector>

namespace steplab {

using TextTable = std::vector<std::vector<std::string>>;
using NumberText = std::string (*)(double);

TextTable strip_header();
void add_strip(const std::string& run, const Trajectory& path, const WarmupStrip& strip, NumberText text,
               TextTable& table);

TextTable map_header();
void add_map(const Choice& optimizer, const WarmupMap& map, NumberText text, TextTable& table);

TextTable eta_init_header();
void add_eta_init(const EtaInitSpec& spec, const EtaInit& found, NumberText text, TextTable& table);
TextTable eta_init_summary_header();
void add_eta_init_summary(const EtaInitSpec& spec, const EtaInit& found, NumberText text, TextTable& table);

TextTable gi_adam_table(const GiAdamResults& results, NumberText text);
TextTable gi_adam_summary(const GiAdamResults& results, NumberText text);

TextTable chaos_table(const Bifurcation& found, NumberText text);

std::string csv_of(const TextTable& table);
/// What the columns mean.
std::string warmup_help();

}  // namespace steplab
