// Swift: a case that carries a value is one of its enumeration, `??` is what its first side is, and labels are no names.
//- Package.swift
import PackageDescription
let package = Package(name: "App", targets: [.target(name: "App")])
//- Sources/App/Kind.swift
enum Kind {
    case plain
    case other(String)
    func tell() {}
    static func make() -> Kind { .plain }
}
//- Sources/App/Manager.swift
protocol Hook { func run() }
class Cache { func store() {} }
class Options { var target: Cache? }
class Manager: Hook {
    var cache: Cache
    weak var hook: Hook?
    func run() {}
    func one() {
        let kind = Kind.other("")
        kind.tell()
//           ^ calls Kind.tell()
        Kind.other("").tell()
//                     ^ calls Kind.tell()
        Kind.make().tell()
//                  ^ calls Kind.tell()
    }
    func two(options: Options) {
        let target = options.target ?? cache
        target.store()
//             ^ calls Cache.store()
        (hook ?? self).run()
//                     ^ calls Hook.run()
        (unknown() ?? cache).store()
//                           ^ !calls *
    }
}
let rows = 1
func rest() -> Int {
    rows: while true {
        if 1 > 2 { continue rows }
//                          ^ !references rows
        break rows
//            ^ !references rows
    }
    return rows
//         ^ references rows
}
