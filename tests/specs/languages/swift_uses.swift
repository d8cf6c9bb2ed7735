// Swift: calls follow targets, extensions, declared types, bases and argument labels.
//- Package.swift
import PackageDescription
//< imports external PackageDescription
let package = Package(name: "ex", targets: [
  .target(name: "Core", path: "Source"), .target(name: "App", dependencies: ["Core"]), .testTarget(name: "AppTests"),
])
//- Source/Node.swift
open class Base {
  public init(count: Int) {}
  public func close() {}
  open func run() {}
  private func secret() {}
}
public protocol Visitor { func visit(_ node: Node, at index: Int) }
public final class Node {
  public static let shared = Node()
  public var next: Node?
  public func visit() {}
  func make() -> Self { self }
}
public struct Pair { var left: Node; var right: Node }
public enum Suit { case hearts, other(Node); func label() {} }
//- Source/More.swift
extension Node: Equatable {
  func more() { visit() }
//              ^ calls Node.visit()@Source/Node.swift
}
//- Sources/App/Extended.swift
import Core
//< imports Source/Node.swift
extension Node {
  func added() { next?.visit() }
//                     ^ calls Node.visit()@Source/Node.swift
}
//- Sources/App/Helper.swift
struct Helper {
  func go() {}
  func go(_ n: Int, with name: String = "", then done: () -> Void) {}
  func go(fast: Bool) { go(1) { } }
//                      ^ calls Helper.go(_:Int,with:String,then:() -> Void) by the overload with those argument labels
}
func trace() -> Helper { Helper() }
//                       ^ calls Helper
//- Sources/App/Stack.swift
import Core
//< imports Source/Node.swift
import Foundation
//< imports external Foundation
class Stack: Base, Visitor {
//           ^ inherits Base
//                 ^ inherits Visitor
  let helper: Helper
  var nodes: [Node] = [], maybe: Helper?
  let first: Node = .shared
//                   ^ references Node.shared
  let unknown: External
  override init(count: Int) { super.init(count: count) }
//                                  ^ calls Base.init(count:Int)
  convenience init() { self.init(count: 1) }
//                          ^ calls Stack.init(count:Int)
  override func run() {
//              ^ overrides Base.run() by the name and parameters of a method of a base type
    helper.go()
//         ^ calls Helper.go() by a member of the declared type of its receiver
    maybe?.go(1) { trace() }
//         ^ calls Helper.go(_:Int,with:String,then:() -> Void)
//                 ^ calls trace()
    maybe!.go(fast: true)
//         ^ calls Helper.go(fast:Bool)
    self.helper.go(slow: true)
//              ^ !calls *
    close()
//  ^ calls Base.close()
    unknown.go()
//          ^ !calls *
    secret()
//  ^ !calls *
  }
  func visit(_ node: Node, at index: Int) {
//     ^ overrides Visitor.visit(_:Node,at:Int)
    node.added()
//       ^ calls Node.added()
    node.more()
//       ^ calls Node.more()
    node.make().visit()
//       ^ calls Node.make()
//              ^ calls Node.visit()
    for node in nodes { node.visit() }
//                           ^ calls Node.visit()
    nodes.forEach { $0.visit() }
//                     ^ calls Node.visit()
    nodes.filter { x in x.visit() }.first?.visit()
//                        ^ calls Node.visit()
    nodes[0].visit()
//           ^ calls Node.visit()
    nodes.visit()
//        ^ !calls *
    let made = trace()
//             ^ calls trace()
    made.go()
//       ^ calls Helper.go()
    guard let maybe else { return }
    if let known = unknown as? Helper, let next = node.next { known.go(); next.visit() }
//                                                                  ^ calls Helper.go()
//                                                                             ^ calls Node.visit()
    maybe.go()
//        ^ calls Helper.go()
    let pair = Pair(left: node, right: node)
//             ^ calls Pair
    pair.left.visit()
//            ^ calls Node.visit()
    Node.shared.visit()
//       ^ references Node.shared
//              ^ calls Node.visit()
    switch suit { case .other(let maybe): maybe.go(); default: break }
//                                              ^ !calls *
    do { } catch let error as Helper { error.go() }
//                                           ^ calls Helper.go()
    let closure: (Helper) -> Node = { one in node }
    closure(made).visit()
//                ^ calls Node.visit()
    let text = "\(made.go())"
//                     ^ calls Helper.go()
    Suit.hearts.label()
//              ^ calls Suit.label()
  }
  func generic<T: Visitor>(_ one: T, any: any Visitor, some: some Visitor) {
    one.visit(first, at: 1)
//      ^ calls Visitor.visit(_:Node,at:Int)
    any.visit(first, at: 2); some.visit(first, at: 3)
//      ^ calls Visitor.visit(_:Node,at:Int)
    one.visit(first)
//       ^ !calls *
  }
}
//- Tests/AppTests/StackTests.swift
@testable import App
//< imports Sources/App/Stack.swift
func test() { Stack().run() }
//                    ^ calls Stack.run()
//            ^ calls Stack.init()
func other() { Node.shared.visit() }
//                         ^ !calls *
