// A base that the repository does not have is none, even where another class has its name.
//- user.cpp
#include <stdexcept>
namespace other { struct runtime_error {}; }
struct Error : std::runtime_error {
//< !inherits other::runtime_error
  Error();
};
