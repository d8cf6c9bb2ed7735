// An alias of another library's class is the argument of a specialization: for other arguments the template is meant.
//- a.cpp
namespace internal {
#if HAS_ABSL
using StringView = ::absl::string_view;
#else
using StringView = std::string_view;
#endif
using View = std::string_view;
using Count = ::other::count_t;
}
struct Own {};
template <class T> struct M { void go(); };
template <> struct M<internal::StringView> { void go(); };
template <> struct M<internal::View> { void go(); };
template <class T> struct N { void go(); };
template <> struct N<internal::Count> { void go(); };
void f(M<int> a, M<Own> b, M<std::string_view> c, N<int> d, M<long*> e) {
    a.go();
//    ^ [text] calls M::go
    b.go();
//    ^ [text] calls M::go
    d.go();
//    ^ [text] !calls *
    e.go();
//    ^ [text] calls M::go
}
