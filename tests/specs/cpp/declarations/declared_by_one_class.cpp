// Of classes of one name that a using-directive may have brought in, a definition belongs to the only one that declares it.
//- file.h
#pragma once
namespace lib {
class File {
 public:
  File();
  virtual bool save();
  void seek(long offset);
  void close();
  class Private;
};
namespace ape {
class File : public lib::File {
 public:
  File();
  bool save();
};
}
}
//- file.cpp
#include "file.h"
using namespace lib;
class File::Private {
 public:
  int fd = 0;
//    ^ defines Field lib::File::Private::fd
};
File::File() {}
//    ^ defines Constructor lib::File::File()
bool File::save() { return true; }
//         ^ defines Method lib::File::save()
void File::seek(long offset) {}
//         ^ defines Method lib::File::seek(long)
//- close.cpp
#include "file.h"
using namespace lib;
void File::close() {}
//         ^ defines Method lib::File::close()
