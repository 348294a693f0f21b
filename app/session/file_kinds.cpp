#include "app/session/file_kinds.h"

namespace steplab {

const char* extension_of(FileDialog::Purpose purpose) {
  if (purpose == FileDialog::Purpose::kCsv) return ".csv";
  return purpose == FileDialog::Purpose::kOpen || purpose == FileDialog::Purpose::kSave ? ".json" : ".png";
}

}  // namespace steplab
