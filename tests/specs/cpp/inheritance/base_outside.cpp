// A base outside the repository does not resolve to a repository class of the same name.
//- user.cpp
#include <stdexcept>
namespace other { struct runtime_error {}; }
struct Error : std::runtime_error {
//< !inherits other::runtime_error
  Error();
};
