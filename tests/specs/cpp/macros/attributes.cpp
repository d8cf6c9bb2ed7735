// Attribute macros are not part of a declaration.
//- user.cpp
#define API __attribute__((visibility("default")))
#define INLINE inline
class API Stack {
//        ^ defines Class Stack
 public:
  INLINE int size() const { return 1; }
//           ^ defines Method Stack::size() const
  API void push(int);
//         ^ declares Method Stack::push(int)
};
