// A name is that of the declaration, whatever unknown macros stand behind it.
//: text only: a compiler does not know these macros either
//- firmware.h
typedef struct { int a; } packet_t __packed;
//                        ^ defines TypeAlias packet_t
struct header { int magic; } __packed;
//     ^ defines Struct header
int counter __aligned(8);
//  ^ defines Variable counter
static int early __initdata __aligned(sizeof(long)) = 3;
//         ^ defines Variable early
WLED_GLOBAL byte brightness _INIT(128);
//               ^ defines Variable brightness
struct mixed {
  int first __aligned(4);
//    ^ defines Field mixed::first
  char last[2] __packed;
//     ^ defines Field mixed::last
};
enum { OLD DEPR, NEW DEPR = 3 };
//     ^ defines Enumerator OLD
//               ^ defines Enumerator NEW
enum class Shape : int { Round UMETA(DisplayName = "round"), Square UMETA(Hidden) };
//                       ^ defines Enumerator Shape::Round
//                                                           ^ defines Enumerator Shape::Square
using Number ATTR = int;
//    ^ defines TypeAlias Number
namespace ns ATTR { int inner; }
//        ^ defines Namespace ns
//                      ^ defines Variable ns::inner
class EXPORT Widget FINAL : public Base { void turn(); };
//           ^ defines Class Widget
typedef NSString *Key NS_TYPED_EXTENSIBLE_ENUM;
//                ^ defines TypeAlias Key
extern const Shape FALLBACK;
//                 ^ declares Variable FALLBACK
int after;
//  ^ defines Variable after
template <class T> struct Holder {
  void fill() {}
  T value;
//  ^ defines Field Holder::value
  T operator[](int) const;
//  ^ declares Method Holder::operator[](int) const
 private:
  static const Shape LIMIT = 3;
//                   ^ declares Field Holder::LIMIT
};
