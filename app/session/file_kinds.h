// Kinds of files.
#pragma once

#include "app/session/session.h"

namespace steplab {

/// Of the files that are opened or written: ".json", ".png", ".csv".
const char* extension_of(FileDialog::Purpose purpose);

}  // namespace steplab
