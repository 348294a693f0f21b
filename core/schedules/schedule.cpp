// The list of schedules, and how an entry is put together.
#include "core/schedules/schedule.h"

#include "core/schedules/curve.h"

namespace steplab {
namespace {

class ProfileCurve final : public Curve {
 public:
  ProfileCurve(const Params& params, Profile profile) : timing_(params), profile_(std::move(profile)) {}
  Level at(const Clock& clock) const override {
    const Place place = timing_.place(clock);
    return {.h = place.height * profile_.h(place), .peak = place.peak * (profile_.peak ? profile_.peak(place) : 1)};
  }
  std::optional<double> momentum(const Clock& clock) const override {
    if (!profile_.momentum) return std::nullopt;
    return profile_.momentum(timing_.place(clock));
  }
  std::vector<std::string> shortfall(const Clock& start) const override {
    auto all = timing_.shortfall(start);
    const std::string own = profile_.shortfall ? profile_.shortfall(timing_.place(start)) : "";
    if (!own.empty()) all.push_back(own);
    return all;
  }

 private:
  Timing timing_;
  Profile profile_;
};

}  // namespace

std::string place_of(const std::string& id, std::string_view param) {
  return "schedule." + id + "." + std::string(param);
}

std::vector<ParamSpec> joined(std::vector<ParamSpec> first, const std::vector<ParamSpec>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

ScheduleEntry curve_entry(Description about, std::vector<ParamSpec> own,
                          std::function<std::shared_ptr<const Curve>(const Params&)> make, const Defaults& instead) {
  const std::string place = "schedule." + about.id;
  return {.id = std::move(about.id),
          .name = std::move(about.name),
          .summary = std::move(about.summary),
          .source = std::move(about.source),
          .params = joined(std::move(own), ShapedSchedule::params(instead)),
          .make = [place, make = std::move(make)](const Params& params) -> std::shared_ptr<const Schedule> {
            return std::make_shared<ShapedSchedule>(params, make(params), place);
          }};
}

ScheduleEntry profile_entry(Description about, std::vector<ParamSpec> own, std::function<Profile(const Params&)> make,
                            const Defaults& instead) {
  auto curve = [make = std::move(make)](const Params& params) -> std::shared_ptr<const Curve> {
    return std::make_shared<ProfileCurve>(params, make(params));
  };
  return curve_entry(std::move(about), joined(std::move(own), Timing::params(instead)), std::move(curve), instead);
}

std::vector<ScheduleEntry> all_schedules() {
  std::vector<ScheduleEntry> all;
  for (const auto& part : {profile_schedules(), decay_schedules(), cycle_schedules(), composed_schedules()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace steplab
