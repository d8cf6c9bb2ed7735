// A method hides variables of its name in the scopes around its class: what is called there is no variable.
//: references
//: text only: the compiler's tier says so without asking
//- registry.cpp
template <typename... T> struct get_t {};
template <typename... T> inline constexpr get_t<T...> get{};
int count;
struct Base { int size(); };
struct Registry : Base {
  template <typename T> T get(int entity);
  template <typename T> T all(int entity) { return get<T>(entity); }
//                                                 ^ !references get
  int counted() { return count; }
//                       ^ references count
};
