// Swift: calls follow targets, extensions, declared types, bases and argument labels.
//- Package.swift
import PackageDescription
//< imports external PackageDescription
let package = Package(name: "ex", targets: [
  .target(name: "Core", path: "Source"), .target(name: "App", dependencies: ["Core"]), .testTarget(name: "AppTests"),
  .target(name: "Text"), .target(name: "Words", dependencies: ["Text"]), .target(name: "Others"),
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
//- Sources/Text/Text.swift
extension StringProtocol {
  public func wrapped(to columns: Int) -> String { String(self) }
  func plain() {}
}
extension String {
  func quoted() -> String { plain(); return wrapped(to: 1) }
//                          ^ calls StringProtocol.plain() by an extension method of the declared type of its receiver
//                                          ^ calls StringProtocol.wrapped(to:Int)
}
extension Collection where Element == Int {
  func total() -> Int { 0 }
  var half: Int { 0 }
}
extension XCTest {
  func check(_ text: String) {}
}
extension Date: Shown {
  func show() {}
}
protocol Shown { func show() }
//- Sources/Text/Use.swift
class TextTests: XCTestCase {
  let name: String = ""
  let unknown: External
  let times: [Date] = []
  func use(numbers: [Int], index: [String: Int]) {
    "a".wrapped(to: 3).quoted()
//      ^ calls StringProtocol.wrapped(to:Int) by an extension method of the declared type of its receiver
//                     ^ calls String.quoted()
    """
    b
    """.plain()
//      ^ calls StringProtocol.plain()
    name.wrapped(to: 1)
//       ^ calls StringProtocol.wrapped(to:Int)
    name.wrapped(by: 1)
//       ^ !calls *
    String(describing: self).plain()
//                           ^ calls StringProtocol.plain()
    numbers.total()
//          ^ calls Collection.total()
    let half = numbers.half
//                     ^ references Collection.half
    unknown.plain()
//          ^ !calls *
    unknown.make().total()
//                 ^ !calls *
    check(name)
//  ^ calls XCTest.check(_:String)
    self.check(name)
//       ^ calls XCTest.check(_:String)
    for time in times { time.show() }
//                           ^ calls Date.show()
  }
}
//- Sources/Words/Words.swift
import Text
//< imports Sources/Text/Text.swift
func words(line: String) { line.wrapped(to: 2) }
//                              ^ calls StringProtocol.wrapped(to:Int)
//- Sources/Others/Others.swift
func others(line: String) { line.wrapped(to: 2) }
//                               ^ !calls *
//- Sources/Text/Rows.swift
class Row { func draw() {} }
class Table {
  var rows: [Row] = []
  func made() -> [Row] { rows }
}
extension Array { func second() -> Int { 2 } }
extension Difference.Change: Comparable {
  var place: Int { 1 }
  static func < (one: Difference.Change, other: Difference.Change) -> Bool { one.place < 2 }
//                                                                               ^ references Difference.Change.place
}
//- Sources/Text/Drawing.swift
func drawing(table: Table) {
  table.rows[0].draw()
//              ^ calls Row.draw()
  table.rows.forEach { $0.draw() }
//                        ^ calls Row.draw()
  for row in table.made() { row.draw() }
//                              ^ calls Row.draw()
  table.rows.second()
//           ^ calls Array.second()
  table.made().second()
//             ^ calls Array.second()
}
//- Sources/Text/Documents.docc/step-1.swift
struct Row { func step() {} }
//- Sources/Text/Closures.swift
class Store {
  init(first: Int, make: () -> Row) {}
  init(first: Int, make: () -> Row, after change: (Row) -> Void) {}
  func send(_ action: Shown, then: (() -> Void)? = nil) {}
  func send<Value>(_ path: CasePath.CaseKeyPath<Shown, Value>, then: (() -> Void)? = nil) {}
  @available(*, deprecated, message: "no more") func send(_ action: Others, then: (() -> Void)? = nil) {}
  func done(at place: Int, then: @escaping Handler) {}
  func valid(_ check: @escaping Handler) {}
  func valid<S>(type: @escaping @autoclosure () -> S) {}
  func logs(_ order: Int = 1, matches: (() -> String)? = nil) {}
}
struct Reduce<Of> {
  init(_ work: @escaping (Int) -> Row) {}
  init(_ other: some Shown) {}
}
extension External {
  init<Of>(state: Of?, label: () -> Row) {}
  init(_ text: String) {}
}
func closures() async throws {
  let store = Store(first: 1) { Row() } after: { row in row.draw() }
//            ^ calls Store.init(first:Int,make:() -> Row,after:(Row) -> Void) by the overload with those argument labels
//                              ^ calls Row@Sources/Text/Rows.swift
  store.send(\.shown.first) { }
//      ^ calls Store.send(_:CasePath.CaseKeyPath<Shown, Value>,then:(() -> Void)?)
  store.send(.shown(1))
//      ^ calls Store.send(_:Shown,then:(() -> Void)?)
  store.logs { "a" }
//      ^ calls Store.logs(_:Int,matches:(() -> String)?)
  store.done(at: 1) { }
//      ^ calls Store.done(at:Int,then:@escaping Handler)
  store.valid { }
//      ^ calls Store.valid(_:@escaping Handler)
  let awaited = await Store(first: 1) { Row() }
//                    ^ calls Store.init(first:Int,make:() -> Row)
  awaited.logs()
//        ^ calls Store.logs(_:Int,matches:(() -> String)?)
  Reduce { row in Row() }
//^ calls Reduce.init(_:@escaping (Int) -> Row)
  External { } label: { }
//^ !calls *
  External("text")
//^ !calls *
  External(state: 1) { Row() }
//^ calls External.init(state:Of?,label:() -> Row)
}
// Extensions of a type of another package by an alias, of which each system has its own.
//- Aliased/Aliased.swift
import UIKit
#if os(iOS)
public typealias Drawn = UIView
#else
public typealias Drawn = NSView
#endif
extension Drawn {
  var dsl: Maker { Maker() }
//                 ^ calls Maker
}
class Maker {
  func make(_ closure: (_ maker: Maker) -> Void) {}
  func equal(to other: Int) {}
}
class Screen {
  let view = UIView()
  func draw(_ drawn: Drawn) {
    view.dsl.make { maker in
//           ^ calls Maker.make
      maker.equal(to: 1)
//          ^ calls Maker.equal
    }
    drawn.dsl.equal(to: 2)
//            ^ calls Maker.equal
    Drawn().dsl.equal(to: 3)
//              ^ calls Maker.equal
    UILabel().dsl2.equal(to: 4)
  }
}
