// Swift: types, extensions, functions, initialisers, properties and cases are symbols; local variables are not.
//: exact defines links
//- Thing.swift
/// A class.
@objc
//< defines Class C@Thing.swift
public class C: B {
  private(set) var x = 1, y: Int
//                 ^ defines Field C.x@Thing.swift
//                        ^ defines Field C.y@Thing.swift
  var size: Int { let local = 1; return local }
//    ^ defines Property C.size@Thing.swift
  init(a: Int, _ b: String = "") {}
//^ defines Constructor C.init(a:Int,_:String)@Thing.swift
  deinit {}
//^ defines Destructor C.deinit()@Thing.swift
  enum E { case p, q(Int) }
//     ^ defines Enum C.E@Thing.swift
//              ^ defines Enumerator C.E.p@Thing.swift
//                 ^ defines Enumerator C.E.q@Thing.swift
}
extension C {
  func m(for s: String) { func inner() {} }
//     ^ defines Method C.m(for:String)@Thing.swift
//                             ^ defines Function C.m.inner()@Thing.swift
}
protocol P { func run() }
//       ^ defines Class P@Thing.swift
//                ^ defines Method P.run()@Thing.swift
struct S { typealias T = Int }
//     ^ defines Struct S@Thing.swift
//                   ^ defines TypeAlias S.T@Thing.swift
func f() {}
//   ^ defines Function f()@Thing.swift
let global = 1
//  ^ defines Variable global@Thing.swift
