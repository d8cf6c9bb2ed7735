// Enumerators belong to a scoped enum, or to the scope around an unscoped one.
//- a.h
namespace n {
enum class Mode { Open };
//         ^ defines Enum n::Mode
//                ^ defines Enumerator n::Mode::Open
enum Size { Small };
//   ^ defines Enum n::Size
//          ^ defines Enumerator n::Small
}
