// Enumerators of an enum class are members of it; those of a plain enum are members of what is around it.
//- a.h
namespace n {
enum class Mode { Open };
//         ^ defines Enum n::Mode
//                ^ defines Enumerator n::Mode::Open
enum Size { Small };
//   ^ defines Enum n::Size
//          ^ defines Enumerator n::Small
}
